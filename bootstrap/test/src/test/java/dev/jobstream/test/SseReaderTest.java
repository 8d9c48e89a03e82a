package dev.jobstream.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SseReaderTest {

    private static final String BODY =
            ": hello\n\nid: 1-0\nevent: step.output\ndata: {\"n\":1}\n\ndata: a\ndata: b\n\n";
    private static final SseEvent FIRST = new SseEvent("1-0", "step.output", "{\"n\":1}");
    private static final SseEvent SECOND = new SseEvent(null, "message", "a\nb");

    private static SseReader reader() {
        return SseReader.of(new ByteArrayInputStream(BODY.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsOneAfterTheOther() throws IOException {
        try (SseReader reader = reader()) {
            assertThat(reader.next()).isEqualTo(FIRST);
            assertThat(reader.next()).isEqualTo(SECOND);
            assertThat(reader.next()).isNull();
        }
        assertThat(reader().toEnd()).containsExactly(FIRST, SECOND);
        assertThat(reader().until("message")).containsExactly(FIRST, SECOND);
    }

    @Test
    void anEventThatDoesNotComeIsMissed() {
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> reader().until("job.completed"))
                .withMessageContaining("step.output");
    }

    @Test
    void ofABodyThatIsStillComingParsesWhatIsWhole() {
        assertThat(SseReader.parse(BODY)).containsExactly(FIRST, SECOND);
        assertThat(SseReader.parse(BODY + "id: 3-0\ndata: {")).containsExactly(FIRST, SECOND);
        assertThat(SseReader.parse("")).isEmpty();
    }

    @Test
    void anAnswerThatIsNoStreamIsRefused() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/refused", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/problem+json");
            exchange.sendResponseHeaders(403, -1);
        });
        server.createContext("/page", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, -1);
        });
        server.start();
        try {
            String base = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThatIOException()
                    .isThrownBy(() -> SseReader.open(URI.create(base + "/refused"), Duration.ofSeconds(30), "A: b"))
                    .withMessage("the answer is 403, application/problem+json");
            assertThatIOException()
                    .isThrownBy(() -> SseReader.open(URI.create(base + "/page"), Duration.ofSeconds(30)))
                    .withMessage("the answer is 200, text/html");
        } finally {
            server.stop(0);
        }
    }
}
