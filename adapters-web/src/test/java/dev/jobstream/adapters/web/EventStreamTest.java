package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EventStreamTest {

    private static final String OPENING = "retry: 3000\n: jobstream\n\n";
    private static final AtomicLong NOW = new AtomicLong(1764064812345L);

    private static TestServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        StreamClock clock = new StreamClock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Instant now() {
                return Instant.ofEpochMilli(NOW.get());
            }
        };
        JournalLimits limits = new JournalLimits(5, Duration.ofHours(24), 256 * 1024);
        server = TestServer.start(TestServer.SETTINGS.withHeartbeat(Duration.ofMillis(400)), limits, clock);
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The next block that is not a beat. */
    private static String next(Client.Open stream) {
        String block = stream.block();
        while (block.equals(":\n\n")) {
            block = stream.block();
        }
        return block;
    }

    private static String path(String job) {
        return "/runner-jobs/" + job + "/events/stream";
    }

    @Test
    void writesTheBlocksOfTheContractByteForByte() {
        NOW.set(1764064812345L);
        server.publish("contract", "step.started", "{\"stepId\":\"7c1e…\",\"name\":\"Running tests\"}");
        NOW.set(1764064812391L);
        server.publish("contract", "step.output", "{\"stepId\":\"7c1e…\",\"chunk\":\"Test suite passed: 42/42\"}");
        NOW.set(1764064813625L);
        server.publish("contract", "job.completed", "{\"status\":\"completed\",\"duration_ms\":1234}");

        HttpResponse<String> response = client.get(path("contract"));

        assertThat(response.body()).isEqualTo(OPENING + """
                id: 1764064812345-0
                event: step.started
                data: {"stepId":"7c1e…","name":"Running tests"}

                id: 1764064812391-0
                event: step.output
                data: {"stepId":"7c1e…","chunk":"Test suite passed: 42/42"}

                id: 1764064813625-0
                event: job.completed
                data: {"status":"completed","duration_ms":1234}

                """);
    }

    @Test
    void sendsItsHeadersAndAFirstBlockBeforeThereIsAnEvent() {
        try (Client.Open stream = client.open(path("nothing-yet"))) {
            assertThat(stream.response().statusCode()).isEqualTo(200);
            var headers = stream.response().headers();
            assertThat(headers.allValues("Content-Type")).containsExactly("text/event-stream;charset=UTF-8");
            assertThat(headers.allValues("Cache-Control")).containsExactly("no-store, no-transform");
            assertThat(headers.allValues("X-Accel-Buffering")).containsExactly("no");
            assertThat(headers.allValues("Transfer-Encoding")).containsExactly("chunked");
            assertThat(headers.map().keySet())
                    .doesNotContain("pragma", "expires", "content-length", "content-encoding", "vary");
            assertThat(stream.block()).isEqualTo(OPENING);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"chunk\":\"🚀 done\"}",
                "{\"chunk\":\"a\u2028b\u2029c\u0085d\"}",
                "{\"chunk\":\"\\u0000\\r\\n\\ud83d\\ude80\"}",
                "{\"big\":9223372036854775807,\"bigger\":18446744073709551616,\"e\":1e400,\"f\":1.10,\"g\":-0}",
                "{\"b\":1,\"a\":{\"z\":[1,{\"y\":[]}],\"x\":{}} ,  \"c\" : null }",
                "{\"chunk\":\"\\n\\nid: 1-1\\nevent: job.completed\\ndata: {}\"}",
                "{}"
            })
    void passesDataThroughByteForByte(String data) {
        String job = "bytes-" + Integer.toHexString(data.hashCode());
        EventId id = server.publish(job, "step.output", data);
        try (Client.Open stream = client.open(path(job))) {
            assertThat(stream.block()).isEqualTo(OPENING);
            assertThat(next(stream)).isEqualTo("id: " + id + "\nevent: step.output\ndata: " + data + "\n\n");
        }
    }

    @Test
    void passesALargeChunkThrough() {
        String data = "{\"chunk\":\"" + "é0123456789".repeat(18_000) + "\"}";
        EventId id = server.publish("large", "step.output", data);
        try (Client.Open stream = client.open(path("large"))) {
            stream.block();
            assertThat(next(stream)).isEqualTo("id: " + id + "\nevent: step.output\ndata: " + data + "\n\n");
        }
    }

    @Test
    void foldsALineBreakBetweenTokens() {
        EventId id = server.publish("folded", "step.output", "{\r\n\"a\":1,\n\"b\":2\r}\n");
        try (Client.Open stream = client.open(path("folded"))) {
            stream.block();
            assertThat(next(stream)).isEqualTo("id: " + id + "\nevent: step.output\ndata: { \"a\":1, \"b\":2 }\n\n");
        }
    }

    @Test
    void streamsLiveAndLiveOnlyEventsWithoutAnId() {
        try (Client.Open stream = client.open(path("live"))) {
            stream.block();
            EventId id = server.publish("live", "step.started", "{\"n\":1}");
            assertThat(next(stream)).isEqualTo("id: " + id + "\nevent: step.started\ndata: {\"n\":1}\n\n");
            server.transport.publishLiveOnly(new JobId("live"), NewEvent.of("step.progress", "{\"n\":2}"));
            assertThat(next(stream)).isEqualTo("event: step.progress\ndata: {\"n\":2}\n\n");
        }
    }

    @Test
    void startsFromNowWhenAsked() {
        server.publish("from-now", "step.started", "{\"n\":1}");
        try (Client.Open stream = client.open(path("from-now") + "?from=now")) {
            stream.block();
            server.publish("from-now", "step.completed", "{\"n\":2}");
            assertThat(next(stream)).endsWith("event: step.completed\ndata: {\"n\":2}\n\n");
        }
    }

    @Test
    void resumesAfterTheHeaderBeforeTheParameterBeforeTheBeginning() {
        EventId first = server.publish("resumed", "step.started", "{\"n\":1}");
        EventId second = server.publish("resumed", "step.output", "{\"n\":2}");
        server.publish("resumed", "job.completed", "{\"n\":3}");

        String byHeader = client.get(path("resumed") + "?from=now&lastEventId=" + first, "Last-Event-ID", "" + second)
                .body();
        assertThat(byHeader).doesNotContain("\"n\":1", "\"n\":2").contains("\"n\":3");

        String byParameter = client.get(path("resumed") + "?lastEventId=" + first, "Last-Event-ID", "")
                .body();
        assertThat(byParameter).doesNotContain("\"n\":1").contains("\"n\":2", "\"n\":3");

        String fromBeginning =
                client.get(path("resumed") + "?lastEventId=&from=beginning").body();
        assertThat(fromBeginning).contains("\"n\":1", "\"n\":2", "\"n\":3");
    }

    @Test
    void answersNoContentAtTheEndOfAFinishedJob() {
        EventId last = server.publish("finished", "job.failed", "{}");

        HttpResponse<String> response = client.get(path("finished"), "Last-Event-ID", last.toString());

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.headers().firstValue("Content-Type")).isEmpty();
        assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store, no-transform");
        await().until(() -> server.streams.openStreams() == 0);
    }

    @Test
    void saysWhereTheJournalNoLongerReachesBack() {
        EventId seen = server.publish("gap", "step.output", "{\"n\":0}");
        EventId first = null;
        for (int n = 1; n <= 6; n++) {
            EventId id = server.publish("gap", "step.output", "{\"n\":" + n + "}");
            first = n == 2 ? id : first;
        }
        try (Client.Open stream = client.open(path("gap"), "Last-Event-ID", seen.toString())) {
            stream.block();
            assertThat(next(stream))
                    .isEqualTo("event: stream.gap\ndata: {\"after\":\"" + seen + "\",\"resumesAt\":\"" + first
                            + "\"}\n\n");
            assertThat(next(stream)).isEqualTo("id: " + first + "\nevent: step.output\ndata: {\"n\":2}\n\n");
        }
    }

    @Test
    void beatsOnAnIdleConnectionAndNotOnABusyOne() {
        try (Client.Open idle = client.open(path("idle"))) {
            idle.block();
            assertThat(idle.block()).isEqualTo(":\n\n");
            assertThat(idle.block()).isEqualTo(":\n\n");
        }
        try (Client.Open busy = client.open(path("busy"))) {
            busy.block();
            long until = System.nanoTime() + Duration.ofMillis(1_200).toNanos();
            while (System.nanoTime() < until) {
                server.publish("busy", "step.output", "{}");
                assertThat(busy.block()).startsWith("id: ");
            }
        }
    }

    @Test
    void endsCleanlyAfterTheTerminalEvent() {
        try (Client.Open stream = client.open(path("ends"))) {
            stream.block();
            server.publish("ends", "job.cancelled", "{\"by\":\"user\"}");
            // Throws if the last chunk does not come.
            assertThat(stream.rest()).endsWith("event: job.cancelled\ndata: {\"by\":\"user\"}\n\n");
        }
        await().until(() -> server.ends.contains(EndReason.FINISHED));
    }

    @Test
    void announcesTheEndOfAnExpiredToken() {
        try (Client.Open stream = client.open(path("short-token"))) {
            assertThat(stream.rest())
                    .endsWith("\n\nevent: stream.closing\ndata: {\"reason\":\"token_expired\",\"reconnect\":false}\n\n")
                    .doesNotContain("retry: 3000\nevent");
        }
    }

    @Test
    void sendsClientsAwayAtDifferentTimesWhenItStops() {
        try (TestServer stopping = TestServer.start();
                Client.Open stream = new Client(stopping).open(path("stopped"))) {
            stream.block();
            stopping.streams.shutDown();
            assertThat(stream.rest())
                    .matches("retry: \\d{4,5}\nevent: stream.closing\n"
                            + "data: \\{\"reason\":\"shutdown\",\"reconnect\":true}\n\n");
            await().until(() -> stopping.streams.openStreams() == 0);
        }
    }
}
