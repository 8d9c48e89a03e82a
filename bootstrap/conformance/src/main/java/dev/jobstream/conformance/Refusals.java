package dev.jobstream.conformance;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;

/** Requests that are refused before the first byte. */
final class Refusals {

    private static final String RULE =
            "A request is refused before the first byte, with `application/problem+json` (RFC 9457) whatever `Accept`"
                    + " says";

    private Refusals() {}

    static Section section() {
        return new Section(
                "Refusals",
                "Refusals",
                List.of(
                        Check.of(
                                "answers 401 to who has no token",
                                "401 (with `WWW-Authenticate: Bearer`)",
                                Refusals::noToken),
                        Check.of("answers 401 to who has a bad token", "none or a bad one: 401", Refusals::badToken),
                        Check.of(
                                "answers 403 to who may not read the job",
                                "one that may not read this job: 403",
                                Refusals::denied),
                        Check.of(
                                "refuses what is no name of a job",
                                "1 to 128 characters of `A-Z a-z 0-9 . _ -`, else 400",
                                Refusals::jobNames),
                        Check.of(
                                "has no stream in an unknown format",
                                "by the weights of RFC 9110; else 406",
                                Refusals::formats),
                        Check.of("answers 405 to HEAD", "| `HEAD` | 405 |", Refusals::head),
                        Check.of("answers 405 to PUT and DELETE", RULE, Refusals::methods),
                        Check.of("refuses an unknown from", RULE, probe -> {
                            Expect.problem(probe.get(probe.job(), "from=yesterday"), 400);
                        }),
                        Check.of("refuses in problem+json whatever is accepted", RULE, Refusals::whateverIsAccepted)));
    }

    private static HttpRequest.Builder anonymous(Probe probe) {
        return probe.server().anonymous(probe.server().stream(probe.job(), "")).header("Accept", Probe.SSE);
    }

    private static void tokens(Probe probe) {
        if (probe.options().token() == null) {
            throw new Skipped("no token: the server is asked without one");
        }
    }

    private static void challenged(Answer answer) {
        Expect.equal("status", 401, answer.status());
        String challenge = answer.header("WWW-Authenticate");
        Expect.that(
                challenge != null && challenge.toLowerCase(Locale.ROOT).startsWith("bearer"),
                "WWW-Authenticate: Bearer",
                challenge);
    }

    private static void noToken(Probe probe) {
        tokens(probe);
        Answer answer = probe.send(anonymous(probe));
        Expect.problem(answer, 401);
        challenged(answer);
    }

    /** In a host this is its own security's to say, and what it says beyond the challenge is its own matter. */
    private static void badToken(Probe probe) {
        tokens(probe);
        challenged(probe.send(anonymous(probe).header("Authorization", "Bearer bad")));
        challenged(probe.send(anonymous(probe)
                .header("Authorization", "Bearer " + probe.options().token() + "x")));
    }

    private static void denied(Probe probe) {
        String token = probe.options().deniedToken();
        if (token == null) {
            throw new Skipped("no JOBSTREAM_DENIED_TOKEN");
        }
        Expect.problem(probe.send(anonymous(probe).header("Authorization", "Bearer " + token)), 403);
    }

    private static void jobNames(Probe probe) {
        String good = probe.job();
        Expect.equal("status of a good name", 200, probe.get(good, "").status());
        for (String name : List.of(good + "%20b", good + "%C3%A9", "j".repeat(129))) {
            Expect.problem(probe.get(name, ""), 400);
        }
        // A host's firewall may see it first, and has its own way to say so.
        Expect.equal("status", 400, probe.get(good + "%0D%0Aid:1", "").status());
    }

    private static void formats(Probe probe) {
        for (String accept : List.of("image/png", "application/json", "text/event-stream;q=0")) {
            Expect.problem(probe.get(probe.job(), "", "Accept: " + accept), 406);
        }
    }

    private static void head(Probe probe) {
        Answer answer = probe.send(
                probe.server().request(probe.server().stream(probe.job(), "")).method("HEAD", BodyPublishers.noBody()));
        Expect.equal("status", 405, answer.status());
    }

    private static void methods(Probe probe) {
        for (String method : List.of("PUT", "DELETE")) {
            Answer answer = probe.send(probe.server()
                    .request(probe.server().stream(probe.job(), ""))
                    .method(method, BodyPublishers.noBody()));
            Expect.problem(answer, 405);
            Expect.that(
                    answer.header("Allow") != null, "Allow: with the methods that there are", answer.header("Allow"));
        }
    }

    private static void whateverIsAccepted(Probe probe) {
        for (String accept : List.of(Probe.SSE, Probe.NDJSON, Probe.TEXT, "*/*", "text/html")) {
            Answer answer = probe.get(probe.job(), "from=yesterday", "Accept: " + accept);
            Expect.problem(answer, accept.equals("text/html") && answer.status() == 406 ? 406 : 400);
        }
    }
}
