package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may see one job tries to see another one. */
class OthersJobsIT extends SharedTarget {

    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private static String mine() {
        return Requests.bearer(Tokens.goodFor(MINE));
    }

    @Test
    void byItsName() {
        theirSecret();
        Map<String, Requests.Answer> answers = answers();
        answers.put("stream", get(Requests.stream(THEIRS), mine()));
        answers.put("page", get(Requests.events(THEIRS), mine()));
        answers.put("WebSocket", get("/runner-jobs/theirs/events/ws", mine(), UPGRADE));
        answers.put(
                "publishing",
                Requests.json(port(), Tokens.goodFor(MINE), THEIRS, "{\"event\":\"job.failed\",\"data\":{}}"));
        answers.put("another case", get(Requests.stream("THEIRS"), mine()));
        answers.put("mine in capitals", get(Requests.stream("MINE"), mine()));
        answers.put("mine, and more", get(Requests.stream("mine2"), mine()));
        answers.put("dots", get(Requests.stream("mine..theirs"), mine()));
        answers.put("encoded, as a client may", get(Requests.stream("%74heirs"), mine()));
        assertAllRefused(answers, 403);
    }

    @Test
    void byTricksWithThePath() {
        theirSecret();
        Map<String, Requests.Answer> answers = answers();
        for (String path : new String[] {
            "/runner-jobs/mine/../theirs/events/stream",
            "/runner-jobs/mine/./../theirs/events",
            "/runner-jobs/mine/%2e%2e/theirs/events/stream",
            "/runner-jobs/mine/%2E%2E/theirs/events",
            "/runner-jobs/mine/.%2e/theirs/events",
            "/runner-jobs/mine/%252e%252e/theirs/events",
            "/runner-jobs/mine/..;/theirs/events/stream",
            "/runner-jobs/mine/..;x=y/theirs/events",
            "/runner-jobs/mine;/../theirs/events",
            "/runner-jobs/theirs;x/events/stream",
            "/runner-jobs/theirs;mine/events",
            "/runner-jobs/mine;/events/stream",
            "/runner-jobs/theirs%3bmine/events",
            "/runner-jobs//theirs/events/stream",
            "//runner-jobs/theirs/events",
            "/runner-jobs/theirs//events",
            "/runner-jobs/mine%2f..%2ftheirs/events",
            "/runner-jobs/mine%2ftheirs/events",
            "/runner-jobs/mine%5c..%5ctheirs/events",
            "/runner-jobs/mine\\..\\theirs/events",
            "/runner-jobs/mine/%c0%ae%c0%ae/theirs/events",
            "/runner-jobs/%c0%ae%c0%ae%c0%aftheirs/events",
            "/runner-jobs/mine/%e0%80%ae%e0%80%ae/theirs/events",
            "/runner-jobs/theirs%00/events",
            "/runner-jobs/theirs%00mine/events",
            "/runner-jobs/mine%00/events",
            "/runner-jobs/theirs%20/events",
            "/runner-jobs/theirs%09/events",
            "/runner-jobs/theirs%0a/events",
            "/runner-jobs/mine,theirs/events",
            "/runner-jobs/*/events",
            "/runner-jobs/theirs%u002fevents",
            "/runner-jobs/theirs%/events",
            "/runner-jobs/theirs%zz/events",
            "/runner-jobs/%74%68%65%69%72%73%EF%BC%8E/events",
            "/%2e/runner-jobs/theirs/events",
            "/runner-jobs/theirs/events/stream/",
            "/runner-jobs/theirs/events/stream.json",
            "/runner-jobs/theirs/events/stream;.css",
            "/runner-jobs/theirs/EVENTS/stream",
            "/RUNNER-JOBS/theirs/events",
            "/runner-jobs/theirs/events/"
        }) {
            answers.put(path, get(path, mine()));
        }
        assertAllRefused(answers, 400, 403, 404);
    }

    @Test
    void byHeadersThatRenameTheRequest() {
        theirSecret();
        for (String header : new String[] {
            "X-Original-URL: /runner-jobs/theirs/events",
            "X-Rewrite-URL: /runner-jobs/theirs/events",
            "X-Forwarded-Prefix: /runner-jobs/theirs/events?",
            "X-Forwarded-Host: localhost/runner-jobs/theirs/events",
            "Forwarded: host=\"localhost/runner-jobs/theirs/events\"",
            "X-HTTP-Method-Override: POST"
        }) {
            Requests.Answer answer = get(Requests.events(MINE), mine(), header);
            assertThat(answer.status()).as(header).isEqualTo(200);
            assertThat(answer.body()).as(header).doesNotContain(SECRET);
        }
        // The absolute form of a target names the same resource, and needs the same permission.
        assertRefused("absolute", get("http://localhost/runner-jobs/theirs/events", mine()), 400, 403);
        assertRefused("absolute, of another host", get("http://mine/runner-jobs/theirs/events", mine()), 400, 403);
        assertRefused("with a fragment", get("/runner-jobs/theirs/events#/runner-jobs/mine/events", mine()), 400, 403);
    }

    @Test
    void byTheIdOfAnEventOfTheirs() {
        String id = theirSecret();
        String before = "1-0";
        for (String after : new String[] {id, before}) {
            assertThat(get(Requests.events(MINE) + "?after=" + after, mine()).body())
                    .doesNotContain(SECRET);
            Requests.Answer stream = get(Requests.stream(MINE), mine(), "Last-Event-ID: " + after);
            assertThat(stream.status()).isEqualTo(200);
        }
        for (String parameters : new String[] {"?jobId=theirs", "?job=theirs&jobId=theirs&id=theirs"}) {
            assertThat(get(Requests.events(MINE) + parameters, mine()).body()).doesNotContain(SECRET);
        }
    }

    @Test
    void byADecisionThatWasMadeForAnother() {
        theirSecret();
        String everything = Requests.bearer(Tokens.good(Tokens.READ));
        assertThat(get(Requests.events(THEIRS), everything).body()).contains(SECRET);
        assertRefused("after somebody who may", get(Requests.events(THEIRS), mine()), 403);
        assertThat(get(Requests.events(THEIRS), everything).status()).isEqualTo(200);
    }
}
