package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.RawHttp;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class WebSocketTest {

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                TestServer.SETTINGS.withHeartbeat(Duration.ofMillis(300)),
                new JournalLimits(3_000, Duration.ofHours(1), 256 * 1024),
                StreamClock.system());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** What an independent client has seen, in order: {@code text …}, {@code ping}, {@code close <code> <reason>}. */
    private static final class Seen implements WebSocket.Listener {

        final BlockingQueue<String> all = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();
        private final boolean reads;

        Seen(boolean reads) {
            this.reads = reads;
        }

        @Override
        public void onOpen(WebSocket socket) {
            if (reads) {
                socket.request(1);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                all.add("text " + message);
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPing(WebSocket socket, ByteBuffer payload) {
            all.add("ping");
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            all.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            all.add("error " + error);
        }

        /** The next that is not a ping. */
        String next() throws InterruptedException {
            String next = all.poll(20, TimeUnit.SECONDS);
            while ("ping".equals(next)) {
                next = all.poll(20, TimeUnit.SECONDS);
            }
            return next;
        }

        /** All up to the close, but for pings. */
        List<String> rest() throws InterruptedException {
            List<String> rest = new ArrayList<>();
            do {
                rest.add(next());
            } while (!rest.get(rest.size() - 1).startsWith("close "));
            return rest;
        }
    }

    private static URI uri(TestServer at, String job, String query) {
        return URI.create("ws://localhost:" + at.port + "/runner-jobs/" + job + "/events/ws" + query);
    }

    private static WebSocket connect(TestServer at, String job, String query, Seen seen, String... headers) {
        WebSocket.Builder builder = Client.HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        CompletableFuture<WebSocket> connecting = builder.buildAsync(uri(at, job, query), seen);
        return connecting.join();
    }

    private static Seen watch(String job, String query, String... headers) {
        Seen seen = new Seen(true);
        connect(server, job, query, seen, headers);
        return seen;
    }

    @Test
    void sendsAnEnvelopeForEachEvent() throws InterruptedException {
        EventId first = server.publish("envelopes", "step.started", "{\"n\":1e400, \"z\":\"🚀\\u0000\u2028\"}");
        Seen seen = watch("envelopes", "");
        assertThat(seen.next())
                .isEqualTo("text {\"id\":\"" + first
                        + "\",\"event\":\"step.started\",\"data\":{\"n\":1e400, \"z\":\"🚀\\u0000\u2028\"}}");
        server.transport.publishLiveOnly(new JobId("envelopes"), NewEvent.of("step.progress", "{}"));
        assertThat(seen.next()).isEqualTo("text {\"event\":\"step.progress\",\"data\":{}}");
        EventId last = server.publish("envelopes", "job.completed", "{}");
        assertThat(seen.rest())
                .containsExactly(
                        "text {\"id\":\"" + last + "\",\"event\":\"job.completed\",\"data\":{}}",
                        "close 1000 finished");
    }

    @Test
    void tellsTheSameAsServerSentEvents() throws InterruptedException {
        Seen live = watch("same", "");
        for (int n = 0; n < 300; n++) {
            server.publish("same", n % 3 == 0 ? "step.output" : "ai.tokens_used", "{\"n\":" + n + ",\"t\":\"é\\n\"}");
        }
        server.publish("same", "step.output", "{\"chunk\":\"" + "é0123456789".repeat(18_000) + "\"}");
        server.publish("same", "job.failed", "{}");

        String blocks =
                new Client(server).get("/runner-jobs/same/events/stream").body();
        List<String> expected = new ArrayList<>();
        for (String block : blocks.split("\n\n")) {
            if (block.startsWith("id: ")) {
                String[] lines = block.split("\n");
                expected.add("text {\"id\":\"" + lines[0].substring(4) + "\",\"event\":\"" + lines[1].substring(7)
                        + "\",\"data\":" + lines[2].substring(6) + "}");
            }
        }
        expected.add("close 1000 finished");
        assertThat(expected).hasSize(303);
        assertThat(live.rest()).isEqualTo(expected);
        assertThat(watch("same", "").rest()).isEqualTo(expected);
    }

    @Test
    void resumesAsAStreamDoes() throws InterruptedException {
        EventId first = server.publish("resume", "step.started", "{\"n\":1}");
        EventId second = server.publish("resume", "step.output", "{\"n\":2}");
        EventId third = server.publish("resume", "job.completed", "{\"n\":3}");
        assertThat(watch("resume", "?lastEventId=" + first).rest()).hasSize(3);
        assertThat(watch("resume", "?lastEventId=" + first, "Last-Event-ID", second.toString())
                        .rest())
                .hasSize(2);
        assertThat(watch("resume", "?lastEventId=" + third).rest()).containsExactly("close 1000 finished");
        awaitNoStream();
    }

    @Test
    void startsFromNowWhenAsked() throws InterruptedException {
        server.publish("now", "step.started", "{\"n\":1}");
        Seen seen = watch("now", "?from=now");
        await().until(() -> server.streams.openStreams() == 1);
        server.publish("now", "job.completed", "{\"n\":2}");
        assertThat(seen.next()).startsWith("text {\"event\":\"stream.position\",\"data\":{\"id\":\"");
        assertThat(seen.rest()).hasSize(2).first().asString().contains("\"n\":2");
    }

    @Test
    void saysWhereTheJournalNoLongerReachesBack() throws InterruptedException {
        EventId seenLast = server.publish("gap", "step.output", "{\"n\":0}");
        for (int n = 1; n <= 3_001; n++) {
            server.publish("gap", "step.output", "{\"n\":" + n + "}");
        }
        Seen seen = watch("gap", "?lastEventId=" + seenLast);
        assertThat(seen.next())
                .startsWith("text {\"event\":\"stream.gap\",\"data\":{\"after\":\"" + seenLast + "\",\"resumesAt\":\"");
        assertThat(seen.next()).contains("\"n\":2}");
        server.publish("gap", "job.completed", "{}");
        seen.rest();
    }

    @Test
    void pingsWhenIdle() throws InterruptedException {
        Seen seen = watch("pinged", "");
        assertThat(seen.all.poll(10, TimeUnit.SECONDS)).isEqualTo("ping");
        assertThat(seen.all.poll(10, TimeUnit.SECONDS)).isEqualTo("ping");
        server.publish("pinged", "job.completed", "{}");
        seen.rest();
    }

    @Test
    void closesWithTheReason() throws InterruptedException {
        assertThat(watch("short-token", "").rest())
                .containsExactly(
                        "text {\"event\":\"stream.closing\",\"data\":{\"reason\":\"token_expired\",\"reconnect\":false}}",
                        "close 1008 token_expired");

        Seen revoked = watch("taken-back", "");
        await().until(() -> server.streams.openStreams() == 1);
        server.streams.revoke(request -> request.job().value().equals("taken-back"));
        assertThat(revoked.rest()).last().isEqualTo("close 1008 revoked");

        try (TestServer brief = TestServer.start(TestServer.SETTINGS.withMaxLifetime(Duration.ofMillis(500)))) {
            Seen seen = new Seen(true);
            connect(brief, "aged", "", seen);
            assertThat(seen.rest()).last().isEqualTo("close 1013 max_lifetime");
        }
        try (TestServer stopping = TestServer.start()) {
            Seen seen = new Seen(true);
            connect(stopping, "stopped", "", seen);
            await().until(() -> stopping.streams.openStreams() == 1);
            stopping.streams.shutDown();
            assertThat(seen.rest())
                    .containsExactly(
                            "text {\"event\":\"stream.closing\",\"data\":{\"reason\":\"shutdown\",\"reconnect\":true}}",
                            "close 1012 shutdown");
        }
    }

    private static HttpResponse<?> refusal(TestServer at, String job, String query, String... headers) {
        CompletionException failed =
                catchThrowableOfType(CompletionException.class, () -> connect(at, job, query, new Seen(true), headers));
        assertThat(failed).hasCauseInstanceOf(WebSocketHandshakeException.class);
        return ((WebSocketHandshakeException) failed.getCause()).getResponse();
    }

    /** Those of other tests may have been told of their end, and not yet be counted as ended. */
    private static void awaitNoStream() {
        await().until(() -> server.streams.openStreams() == 0);
    }

    @ParameterizedTest
    @CsvSource({
        "400, j%20k, ''",
        "400, j, ?lastEventId=nonsense",
        "400, j, ?from=never",
        "401, anonymous-j, ''",
        "403, denied-j, ''",
        "404, unknown-j, ''"
    })
    void refusesBeforeTheUpgrade(int status, String job, String query) {
        HttpResponse<?> response = refusal(server, job, query);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);
        awaitNoStream();
    }

    @Test
    void refusesWhenThereAreTooMany() {
        try (TestServer full = TestServer.start(TestServer.SETTINGS.withMaxStreams(1))) {
            connect(full, "one", "", new Seen(true));
            await().until(() -> full.streams.openStreams() == 1);
            HttpResponse<?> response = refusal(full, "two", "");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://localhost:1", "https://friend.example.evil", "%%%"})
    void keepsPagesOfOtherOriginsOut(String origin) {
        HttpResponse<?> response = refusal(server, "origin", "", "Origin", origin);
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/problem+json");
    }

    @Test
    void letsPagesOfItsOwnAndOfFriendlyOriginsIn() throws InterruptedException {
        EventId last = server.publish("friends", "job.completed", "{}");
        for (String origin : List.of("http://localhost:" + server.port, "https://app.friend.example")) {
            assertThat(watch("friends", "?lastEventId=" + last, "Origin", origin)
                            .rest())
                    .containsExactly("close 1000 finished");
        }
    }

    /** Whatever looks after CORS refuses in its own words, and before us. */
    @Test
    void keepsOthersOutWhereFriendlyOriginsAreLetIn() {
        assertThat(refusal(server, "friends", "", "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        awaitNoStream();
    }

    @Test
    void givesTheStreamOfAHandshakeBackThatIsNone() throws IOException {
        String half = "GET /runner-jobs/half/events/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\r\n";
        try (Socket socket = RawHttp.send(server.port, 0, half)) {
            assertThat(RawHttp.head(socket)).startsWith("HTTP/1.1 400");
            awaitNoStream();
        }
    }

    @Test
    void offersNoCompression() throws IOException {
        try (Socket socket =
                RawHttp.send(server.port, 0, upgrade("plain", "Sec-WebSocket-Extensions: permessage-deflate"))) {
            String head = RawHttp.head(socket);
            assertThat(head).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("permessage-deflate");
        }
        awaitNoStream();
    }

    /** In one frame and in many, however much: it is read and forgotten. */
    @Test
    void ignoresWhatAClientSays() throws InterruptedException {
        Seen seen = new Seen(true);
        WebSocket socket = connect(server, "talkative", "", seen);
        for (int n = 0; n < 100; n++) {
            socket.sendText("hello", true).join();
        }
        socket.sendText("x".repeat(1_025), true).join();
        socket.sendText("x".repeat(4_000_000), true).join();
        socket.sendBinary(ByteBuffer.allocate(4_000_000), true).join();
        for (int n = 0; n < 1_000; n++) {
            socket.sendText("x".repeat(10_000), false).join();
        }
        socket.sendText("", true).join();
        EventId id = server.publish("talkative", "step.output", "{}");
        assertThat(seen.next()).contains(id.toString());
        server.publish("talkative", "job.completed", "{}");
        assertThat(seen.rest()).hasSize(2).last().isEqualTo("close 1000 finished");
    }

    /** A text frame that is not UTF-8, masked with zeros: the container knows the code for it. */
    @Test
    void whoBreaksTheProtocolIsNotToldThatAllWasDelivered() throws IOException {
        try (Socket socket = RawHttp.send(server.port, 0, upgrade("broken", ""))) {
            assertThat(RawHttp.head(socket)).startsWith("HTTP/1.1 101");
            socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, (byte) 0xc3, 0x28});
            int opcode = socket.getInputStream().read();
            while (opcode == 0x89) { // A ping of ours.
                socket.getInputStream().skipNBytes(1);
                opcode = socket.getInputStream().read();
            }
            assertThat(opcode).isEqualTo(0x88);
            socket.getInputStream().skipNBytes(1);
            int code = socket.getInputStream().read() << 8
                    | socket.getInputStream().read();
            assertThat(code).isEqualTo(1007);
        }
        awaitNoStream();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "jobstream.v1;jobstream.v1",
                "graphql-ws, jobstream.v1;jobstream.v1",
                "graphql-ws;",
                "mqtt, v12.stomp;"
            })
    void speaksItsOwnProtocolWhereItIsOffered(String offered, String chosen, CapturedOutput output) throws IOException {
        try (Socket socket = RawHttp.send(server.port, 0, upgrade("named", "Sec-WebSocket-Protocol: " + offered))) {
            String head = RawHttp.head(socket);
            assertThat(head).startsWith("HTTP/1.1 101");
            if (chosen == null) {
                assertThat(head).doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
            } else {
                assertThat(head).containsIgnoringCase("Sec-WebSocket-Protocol: " + chosen + "\r\n");
            }
        }
        awaitNoStream();
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ");
    }

    private static String[] upgrade(String job, String header) {
        List<String> lines = new ArrayList<>(List.of(
                "GET /runner-jobs/" + job + "/events/ws HTTP/1.1",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        if (!header.isEmpty()) {
            lines.add(header);
        }
        return lines.toArray(new String[0]);
    }

    @Test
    void noticesAClientThatLeaves(CapturedOutput output) throws InterruptedException {
        Seen politely = new Seen(true);
        WebSocket socket = connect(server, "left", "", politely);
        Seen abruptly = new Seen(true);
        WebSocket other = connect(server, "left", "", abruptly);
        await().until(() -> server.streams.openStreams() == 2);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        other.abort();
        awaitNoStream();
        assertThat(server.ends).last().isEqualTo(EndReason.CLIENT_GONE);
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception", " WARN ", " ERROR ");
    }

    @Test
    void letsASlowClientReadAtItsOwnPace() throws InterruptedException {
        Seen slow = new Seen(false);
        WebSocket socket = connect(server, "slow", "", slow);
        await().until(() -> server.streams.openStreams() == 1);
        String data = "{\"chunk\":\"" + "x".repeat(10_000) + "\"}";
        for (int n = 0; n < 2_000; n++) {
            server.publish("slow", "step.output", data);
        }
        server.publish("slow", "job.completed", "{}");
        assertThat(server.streams.openStreams()).isEqualTo(1);

        socket.request(1);
        List<String> all = slow.rest();
        assertThat(all).hasSize(2_002).doesNotHaveDuplicates().last().isEqualTo("close 1000 finished");
        assertThat(all).noneMatch(message -> message.contains("stream.gap"));
    }
}
