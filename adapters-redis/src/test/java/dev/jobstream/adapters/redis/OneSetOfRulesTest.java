package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.JournalContract;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeyServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.ReturnType;

/**
 * One list of awkward inputs, fed to every door into a journal and to all who read: what one takes all take, and what one refuses
 * all refuse.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OneSetOfRulesTest {

    private static final int LARGEST = 256 * 1024;

    private final TestTransport valkey = new TestTransport(ValkeyServer.shared(), JournalLimits.DEFAULT);

    @AfterAll
    void close() {
        valkey.close();
    }

    /** An event as somebody may hand it in. */
    record Input(String event, byte[] data) {

        static Input of(String event, String data) {
            return new Input(event, data.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            String text = new String(data, StandardCharsets.ISO_8859_1);
            return event + " " + (text.length() > 60 ? text.substring(0, 60) + "… " + text.length() : text);
        }
    }

    static List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        for (String event : List.of("a", "a.b", "step.output", "a_1.2_", "x".repeat(64), "stream", "streams.gap")) {
            inputs.add(Input.of(event, "{}"));
        }
        for (String event : List.of(
                "", ".", "a.", ".a", "a..b", "A", "a b", "a-b", "é", "a\n", "stream.gap", "stream.x", "x".repeat(65))) {
            inputs.add(Input.of(event, "{}"));
        }
        for (String data : List.of(
                // Objects, and what is nearly one.
                "{}",
                "{ }",
                "{\"a\":1}",
                "{ \"a\" : [ ] , \"b\" : { } }",
                "{\"a\":\t1,\r\n\"b\":2}",
                "{\"\":0}",
                "{\"a\":1,\"a\":2}",
                "",
                " ",
                "{",
                "}",
                "{}}",
                "{{}}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1;}",
                "[]",
                "[{}]",
                "null",
                "1",
                "\"{}\"",
                "{} {}",
                "{}x",
                "x{}",
                "{\"a\":[1,]}",
                "{\"a\":[1 2]}",
                "{\"a\":[1}}",
                "{\"a\":{]}",
                "{\"a\":[}",
                "{\"a\"::1}",
                "{\"a\":1,,\"b\":2}",
                "{/**/}",
                "{\"a\":1//\n}",
                "{1:2}",
                "{null:1}",
                // Literals and numbers.
                "{\"a\":true,\"b\":false,\"c\":null}",
                "{\"a\":True}",
                "{\"a\":tru}",
                "{\"a\":truee}",
                "{\"a\":nul}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":-Infinity}",
                "{\"a\":undefined}",
                "{\"a\":0}",
                "{\"a\":-0}",
                "{\"a\":01}",
                "{\"a\":-01}",
                "{\"a\":-}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":5.}",
                "{\"a\":1.5e10}",
                "{\"a\":1e400}",
                "{\"a\":1E+2}",
                "{\"a\":1e-2}",
                "{\"a\":1e}",
                "{\"a\":1e+}",
                "{\"a\":0x10}",
                "{\"a\":1_0}",
                "{\"a\":00}",
                "{\"a\":123456789012345678901234567890}",
                "{\"a\":1.2.3}",
                "{\"a\":--1}",
                // Strings.
                "{\"a\":\"\"}",
                "{\"a\":\"\\u00e9\\n\\\"\\\\\\/\\b\\f\\r\\t\"}",
                "{\"a\":\"\\ud83d\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\u12G4\"}",
                "{\"a\":\"\\x41\"}",
                "{\"a\":\"\\\"}",
                "{\"a\":\"\\'\"}",
                "{\"a\":\"b}",
                "{\"a\":\"b\nc\"}",
                "{\"a\":\"b\tc\"}",
                "{\"a\":\"\u0000\"}",
                "{\"a\":\"\u001f\"}",
                "{\"a\":\"\u007f\"}",
                "{\"a\":\"é🚀\u2028\"}",
                "{\"a\n\":1}",
                "{\u0000}",
                "{\u000b}",
                "{\u00a0}",
                "\ufeff{}",
                // Depth and size.
                nested(512),
                nested(513),
                arrays(511),
                arrays(512),
                "{\"a\":\"" + "x".repeat(LARGEST - 8) + "\"}",
                "{\"a\":\"" + "x".repeat(LARGEST - 7) + "\"}",
                "{\"a\":[" + "1,".repeat(100_000) + "1]}")) {
            inputs.add(Input.of("step.output", data));
        }
        for (int[] bytes : new int[][] {
            {0xc3, 0xa9},
            {0xc3},
            {0xa9},
            {0xc0, 0x80},
            {0xc1, 0xbf},
            {0xc2, 0x80},
            {0xdf, 0xbf},
            {0xe0, 0x80, 0x80},
            {0xe0, 0xa0, 0x80},
            {0xe1, 0x80},
            {0xec, 0xbf, 0xbf},
            {0xed, 0x9f, 0xbf},
            {0xed, 0xa0, 0x80},
            {0xee, 0x80, 0x80},
            {0xef, 0xbf, 0xbf},
            {0xf0, 0x8f, 0xbf, 0xbf},
            {0xf0, 0x90, 0x80, 0x80},
            {0xf1, 0x80, 0x80},
            {0xf3, 0xbf, 0xbf, 0xbf},
            {0xf4, 0x8f, 0xbf, 0xbf},
            {0xf4, 0x90, 0x80, 0x80},
            {0xf5, 0x80, 0x80, 0x80},
            {0xff},
            {0xfe},
            {0xc3, 0xe2, 0x82, 0xac, 0xa9}
        }) {
            inputs.add(new Input("step.output", quoted(bytes)));
        }
        inputs.add(Input.of("job.completed", "{}"));
        inputs.add(Input.of("job.failed", "{\"a\":1,}"));
        inputs.add(Input.of("job.cancelled", "{\"c\":\"" + "x".repeat(300 * 1024) + "\"}"));
        return inputs;
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
    }

    private static String arrays(int depth) {
        return "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    private static byte[] quoted(int[] bytes) {
        byte[] json = new byte[8 + bytes.length];
        byte[] before = "{\"a\":\"".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(before, 0, json, 0, before.length);
        for (int i = 0; i < bytes.length; i++) {
            json[before.length + i] = (byte) bytes[i];
        }
        json[json.length - 2] = '"';
        json[json.length - 1] = '}';
        return json;
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void whatOneTakesAllTake(Input input) {
        boolean taken = isTakenByScript(input, new JobId("script-" + UUID.randomUUID()));

        assertThat(isTakenAsPublication(input)).as("as a publication").isEqualTo(taken);
        if (!isTerminal(input)) { // An end is appended first: see the contract of the wire.
            assertThat(isHeard(input)).as("over the wire").isEqualTo(taken);
        }
        assertThat(isRead(input)).as("from a journal").isEqualTo(taken);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void whatIsRefusedLeavesNothing(Input input) {
        JobId job = new JobId("refused-" + UUID.randomUUID());
        if (!isTakenByScript(input, job)) {
            assertThat(JournalContract.all(valkey.source(), job)).isEmpty();
            assertThat(valkey.publisher().publish(job, NewEvent.of("step.output", "{}")))
                    .isNotNull();
        }
    }

    /** What is in a journal all the same shows as a hole, and if it is an end it ends the job. */
    @ParameterizedTest
    @MethodSource("inputs")
    void whatIsInAJournalAllTheSameIsAnnounced(Input input) {
        JobId job = new JobId("kept-" + UUID.randomUUID());
        EventId first = valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
        EventId odd = xadd(job, input);
        List<JobEvent> events = JournalContract.all(valkey.source(), job);

        if (isTakenByScript(input, new JobId("script-" + UUID.randomUUID()))) {
            assertThat(events).extracting(JobEvent::id).containsExactly(first, odd);
        } else if (isTerminal(input)) {
            assertThat(events).extracting(JobEvent::id).containsExactly(first, odd);
            assertThat(events.get(1).data().isLost()).isTrue();
            assertThat(events.get(1).isTerminal()).isTrue();
        } else {
            EventId next = valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
            events = JournalContract.all(valkey.source(), job);
            assertThat(events).extracting(JobEvent::id).containsExactly(first, next);
            assertThat(events.get(1).prev()).isEqualTo(odd);
        }
    }

    private static boolean isTerminal(Input input) {
        return Stream.of("job.completed", "job.failed", "job.cancelled").anyMatch(input.event::equals);
    }

    private boolean isTakenByScript(Input input, JobId job) {
        try {
            valkey.by(c -> c.scriptingCommands()
                    .eval(
                            AppendScriptTest.script(),
                            ReturnType.MULTI,
                            1,
                            TestTransport.bytes(TestTransport.KEYS.of(job)),
                            TestTransport.bytes("1000"),
                            TestTransport.bytes("60000"),
                            TestTransport.bytes(input.event),
                            input.data));
            return true;
        } catch (DataAccessException e) {
            assertThat(e).rootCause().hasMessageStartingWith("INVALID ");
            return false;
        }
    }

    /** The rules of a publish request, and of the port. White space around data is the envelope's there. */
    private static boolean isTakenAsPublication(Input input) {
        byte[] body = envelope(input);
        if (input.data.length == 0 || input.data[0] != '{' || input.data[input.data.length - 1] != '}') {
            return false;
        }
        try {
            List<NewEvent> events = EventEnvelope.parsePublication(body, 0, body.length);
            JournalLimits.DEFAULT.check(events);
            return true;
        } catch (InvalidEventException e) {
            return false;
        }
    }

    private boolean isHeard(Input input) {
        JobId job = new JobId("wire-" + UUID.randomUUID());
        if (input.data.length == 0 || input.data[0] != '{' || input.data[input.data.length - 1] != '}') {
            return false;
        }
        RecordingListener listener = new RecordingListener();
        try (var ignored = valkey.source().listen(job, listener)) {
            listener.awaitConnected();
            valkey.by(c -> c.publish(TestTransport.bytes(TestTransport.KEYS.of(job)), envelope(input)));
            valkey.publishLiveOnly(job, "last.one", "{}");
            return listener.awaitHeardUntil(event -> event.type().name().equals("last.one"))
                            .size()
                    > 1;
        }
    }

    private boolean isRead(Input input) {
        JobId job = new JobId("journal-" + UUID.randomUUID());
        xadd(job, input);
        return JournalContract.all(valkey.source(), job).stream()
                .anyMatch(event -> !event.data().isLost());
    }

    private static byte[] envelope(Input input) {
        byte[] head =
                ("{\"event\":\"" + input.event.replace("\n", "\\n") + "\",\"data\":").getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[head.length + input.data.length + 1];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(input.data, 0, body, head.length, input.data.length);
        body[body.length - 1] = '}';
        return body;
    }

    private EventId xadd(JobId job, Input input) {
        Object id = valkey.by(c -> c.execute(
                "XADD",
                TestTransport.bytes(TestTransport.KEYS.of(job)),
                TestTransport.bytes("*"),
                TestTransport.bytes("event"),
                TestTransport.bytes(input.event),
                TestTransport.bytes("data"),
                input.data));
        return EventId.parse(LuaScript.text(id));
    }
}
