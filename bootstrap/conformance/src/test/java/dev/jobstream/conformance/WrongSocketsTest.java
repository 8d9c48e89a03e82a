package dev.jobstream.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.conformance.FaultySocketProxy.Frame;
import dev.jobstream.conformance.FaultySocketProxy.Frames;
import dev.jobstream.conformance.Result.Outcome;
import java.io.IOException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;

/** As {@link WrongServersTest}, for what goes over WebSockets. */
class WrongSocketsTest {

    record Fault(String name, String checks, UnaryOperator<String> head, Frames frames, boolean endsWhenSpokenTo) {

        @Override
        public String toString() {
            return checks + " " + name;
        }
    }

    private static ConfigurableApplicationContext host;

    @BeforeAll
    static void start() {
        host = Apps.startHost();
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static Fault head(String checks, String name, UnaryOperator<String> change) {
        return new Fault(name, checks, change, frame -> frame, false);
    }

    private static Fault frames(String checks, String name, Frames change) {
        return new Fault(name, checks, UnaryOperator.identity(), change, false);
    }

    private static Frame text(Frame frame, UnaryOperator<String> change) {
        return frame.opcode() == Frame.TEXT
                ? new Frame(
                        Frame.TEXT,
                        change.apply(new String(frame.payload(), UTF_8)).getBytes(UTF_8))
                : frame;
    }

    static Stream<Fault> faults() {
        return Stream.of(
                frames(
                        "13.1,13.3,13.10",
                        "messages have no id",
                        frame -> text(frame, message -> message.replaceFirst("\"id\":\"[^\"]*\",\"event", "\"event"))),
                frames(
                        "13.2",
                        "it closes with another code",
                        frame -> frame.opcode() == Frame.CLOSE
                                ? new Frame(Frame.CLOSE, new byte[] {3, (byte) 0xE9})
                                : frame),
                head("13.3", "lastEventId is ignored", head -> head.replaceFirst("\\?lastEventId=[^ ]*", "")),
                head("13.4", "events is ignored", head -> head.replaceFirst("/ws\\?events=[^ ]*", "/ws")),
                frames(
                        "13.5",
                        "the position is not told",
                        frame -> new String(frame.payload(), UTF_8).contains("stream.position") ? null : frame),
                head(
                        "13.6",
                        "the sub-protocol is not chosen",
                        head -> head.replaceFirst("(?i)\r\nSec-WebSocket-Protocol: [^\r]*", "")),
                frames("13.7", "there are no pings", frame -> frame.opcode() == Frame.PING ? null : frame),
                new Fault("it ends when it is spoken to", "13.8", UnaryOperator.identity(), frame -> frame, true),
                head(
                        "13.9",
                        "a plain request is answered",
                        head -> head.contains("/ws HTTP") && !head.contains("Sec-WebSocket") ? "" : head));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void isNoticed(Fault fault) throws IOException {
        try (FaultySocketProxy proxy =
                new FaultySocketProxy(Apps.port(host), fault.head(), fault.frames(), fault.endsWhenSpokenTo())) {
            assertThat(WrongServersTest.run(proxy.port(), fault.checks(), 1))
                    .isNotEmpty()
                    .filteredOn(result -> result.outcome() != Outcome.FAILED)
                    .extracting(result -> result.number() + " " + result.outcome() + " " + result.detail())
                    .isEmpty();
        }
    }

    @Test
    void withoutAFaultNothingFails() throws IOException {
        try (FaultySocketProxy proxy =
                new FaultySocketProxy(Apps.port(host), UnaryOperator.identity(), frame -> frame, false)) {
            assertThat(WrongServersTest.run(proxy.port(), "13", 20))
                    .filteredOn(result -> result.outcome() != Outcome.PASSED)
                    .extracting(result -> result.number() + " " + result.detail())
                    .isEmpty();
        }
    }
}
