package dev.jobstream.adapters.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.quota.QuotaLimits;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.tools.StreamedPost;
import dev.jobstream.tools.StreamedPost.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PublicationStreamTest {

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static StreamedPost post(String jobAndQuery, String type) {
        int query = jobAndQuery.indexOf('?');
        String job = query < 0 ? jobAndQuery : jobAndQuery.substring(0, query);
        String rest = query < 0 ? "" : jobAndQuery.substring(query);
        return StreamedPost.begin(
                server.port, "/runner-jobs/" + job + "/events/stream" + rest, "Content-Type: " + type);
    }

    private static StreamedPost lines(String job) {
        return post(job, "application/x-ndjson");
    }

    private static StreamedPost text(String job) {
        return post(job + "?stepId=s%221", "text/plain");
    }

    private static String event(int n) {
        return "{\"event\":\"step.output\",\"data\":{\"n\":" + n + "}}\n";
    }

    private static List<JobEvent> events(String job) {
        List<JobEvent> events = new ArrayList<>();
        JournalPage page;
        do {
            EventId last = events.isEmpty()
                    ? EventId.NONE
                    : events.get(events.size() - 1).journaledId();
            page = server.transport.readAfter(new JobId(job), last, 1_000);
            events.addAll(page.events());
        } while (page.more());
        return events;
    }

    private static List<String> retained(String job) {
        return events(job).stream().map(event -> event.data().toString()).toList();
    }

    private static String lastId(String job) {
        List<JobEvent> events = events(job);
        return events.get(events.size() - 1).journaledId().toString();
    }

    private static void awaitRetained(String job, String... data) {
        await().untilAsserted(() -> assertThat(retained(job)).containsExactly(data));
    }

    private static String chunk(String text) {
        return "{\"stepId\":\"s\\\"1\",\"chunk\":\"" + text + "\"}";
    }

    /** All of a job's output, as it stands in JSON. */
    private static String output(String job) {
        int begin = chunk("").length() - 2;
        return String.join(
                "",
                retained(job).stream()
                        .map(data -> data.substring(begin, data.length() - 2))
                        .toList());
    }

    @Test
    void appendsEachLineAsItComes() throws IOException {
        try (StreamedPost post = lines("lines")) {
            post.write(event(1) + "\n" + event(2) + "{\"event\":\"step");
            awaitRetained("lines", "{\"n\":1}", "{\"n\":2}");
            post.write(".output\",\"data\":{\"n\":3}}\r\n").write(event(4).trim());
            awaitRetained("lines", "{\"n\":1}", "{\"n\":2}", "{\"n\":3}");

            Answer answer = post.end();

            assertThat(answer.status()).as(answer.head()).isEqualTo(200);
            assertThat(answer.head()).containsIgnoringCase("Content-Type: application/json");
            assertThat(answer.body()).isEqualTo("{\"appended\":4,\"lastId\":\"" + lastId("lines") + "\"}");
        }
    }

    @Test
    void aBodyWithoutEventsIsAnsweredToo() throws IOException {
        try (StreamedPost post = lines("none")) {
            assertThat(post.end().body()).isEqualTo("{\"appended\":0,\"lastId\":null}");
        }
    }

    @Test
    void textIsCutAtLineEndsAndNeverInsideACharacter() throws IOException {
        byte[] rocket = "🚀".getBytes(UTF_8);
        try (StreamedPost post = text("text")) {
            post.write("one\ntwo\nthr");
            // What has no line end goes a little later.
            awaitRetained("text", chunk("one\\ntwo\\n"), chunk("thr"));
            post.write(new byte[] {'e', rocket[0], rocket[1]});
            awaitRetained("text", chunk("one\\ntwo\\n"), chunk("thr"), chunk("e"));
            post.write(new byte[] {rocket[2], rocket[3], '\n', (byte) 0xff, 0, '"', 27, (byte) 0xc3});

            assertThat(post.end().status()).isEqualTo(200);
            assertThat(output("text")).isEqualTo("one\\ntwo\\nthre🚀\\n\ufffd\\u0000\\\"\\u001B\ufffd");
        }
    }

    @Test
    void outputWithoutLineEndsIsCutIntoPieces() throws IOException {
        String much = "é".repeat(100_000);
        try (StreamedPost post = text("much")) {
            post.write(much);

            assertThat(post.end().status()).isEqualTo(200);

            List<String> chunks = retained("much");
            assertThat(chunks)
                    .allSatisfy(chunk -> assertThat(chunk.getBytes(UTF_8)).hasSizeLessThan(65 * 1024));
            assertThat(output("much")).isEqualTo(much);
        }
    }

    @Test
    void outputThatIsLongAsJsonIsCutSmaller() throws IOException {
        try (StreamedPost post = text("binary")) {
            post.write(new byte[64 * 1024]);

            assertThat(post.end().status()).isEqualTo(200);
            assertThat(String.join("", retained("binary")).split("u0000", -1)).hasSize(64 * 1024 + 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | nonsense | line 3: ",
                "400 | {\"event\":\"step.output\",\"data\":[]} | line 3: ",
                "400 | {\"event\":\"stream.gap\",\"data\":{}} | line 3: ",
                "413 | {\"event\":\"step.output\",\"data\":{\"chunk\":\"LONG\"}} | bytes",
                "409 | {\"event\":\"job.failed\",\"data\":{}}LF{\"event\":\"a.b\",\"data\":{}} | ended"
            })
    void anErrorTellsHowFarItGot(int status, String line, String detail) throws IOException {
        String job = "error" + line.hashCode();
        try (StreamedPost post = lines(job)) {
            post.write(event(1) + event(2)
                    + line.replace("LONG", "x".repeat(300_000)).replace("LF", "\n") + "\n");

            Answer answer = post.answer();

            int appended = status == 409 ? 3 : 2;
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.head())
                    .containsIgnoringCase("Content-Type: application/problem+json")
                    .containsIgnoringCase("Connection: close");
            assertThat(answer.body())
                    .contains(detail, "\"appended\":" + appended, "\"lastId\":\"" + lastId(job) + "\"");
            assertThat(retained(job)).hasSize(appended);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403 | readonly-1 | application/x-ndjson",
                "401 | anonymous-1 | application/x-ndjson",
                "415 | some | application/json",
                "415 | some?stepId=1 | text/plain;charset=UTF-16",
                "400 | some | text/plain",
                "400 | some?stepId=1 | application/x-ndjson",
                "400 | no%20name | application/x-ndjson"
            })
    void whatIsNotTakenIsRefusedBeforeTheBodyHasCome(int status, String job, String type) throws IOException {
        try (StreamedPost post = post(job, type)) {
            Answer answer = post.answer();

            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            assertThat(answer.head()).containsIgnoringCase("Content-Type: application/problem+json");
        }
        await().until(() -> server.publications.openStreams() == 0);
    }

    @Test
    void anIdempotencyKeyIsRefused() throws IOException {
        try (StreamedPost post = StreamedPost.begin(
                server.port,
                "/runner-jobs/key/events/stream",
                "Content-Type: application/x-ndjson",
                "Idempotency-Key: 1")) {
            assertThat(post.answer().status()).isEqualTo(400);
        }
    }

    @Test
    void endsWithItsToken() throws IOException {
        try (StreamedPost post = lines("short-1")) {
            post.write(event(1));

            Answer answer = post.answer();

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body()).contains("\"appended\":1");
        }
    }

    @Test
    void whoLeavesInTheMidstHasPublishedWhatHasCome() throws IOException {
        try (StreamedPost post = text("left")) {
            post.write("half a li");
            await().until(() -> server.publications.openStreams() == 1);
        }
        awaitRetained("left", chunk("half a li"));
        await().until(() -> server.publications.openStreams() == 0);
    }

    @Test
    void whoIsAboveARateWaitsAndLosesNothing() throws IOException {
        QuotaLimits once = new QuotaLimits(0, 0, 0, 20, 0);
        try (TestServer limited = TestServer.start(once);
                StreamedPost post = StreamedPost.begin(
                        limited.port, "/runner-jobs/fast/events/stream", "Content-Type: application/x-ndjson")) {
            for (int n = 1; n <= 100; n++) {
                post.write(event(n));
            }
            Answer answer = post.end();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("\"appended\":100");
        }
    }

    @Test
    void aStoppingNodeTellsHowFarItGot() throws IOException {
        try (TestServer stopping = TestServer.start();
                StreamedPost post = StreamedPost.begin(
                        stopping.port, "/runner-jobs/stopped/events/stream?stepId=1", "Content-Type: text/plain")) {
            post.write("begun\n");
            await().until(() -> stopping.transport
                            .readAfter(new JobId("stopped"), EventId.NONE, 10)
                            .events()
                            .size()
                    == 1);
            stopping.publications.shutDown();

            Answer answer = post.answer();

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.head()).containsIgnoringCase("Retry-After: ");
            assertThat(answer.body()).contains("\"appended\":1");
        }
    }
}
