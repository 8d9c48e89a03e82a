package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.JournalContract;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.connection.ReturnType;

/** The script as a publisher in any language calls it: by EVAL, with its text and with arguments that nobody has checked. */
class AppendScriptTest {

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final TestTransport valkey = new TestTransport(ValkeyServer.shared(), JournalLimits.DEFAULT);

    @AfterEach
    void close() {
        valkey.close();
    }

    @Test
    void returnsTheIdsAndWritesTheJournalWithItsChain() {
        List<String> ids = append("1000", "60000", "step.started", "{\"n\":1}", "step.output", "{\"n\":2}");
        ids.addAll(append("1000", "60000", "job.completed", "{\"n\":3}"));

        List<JobEvent> journal = journal();
        assertThat(journal)
                .extracting(event -> event.id() + " " + event.prev() + " " + event.type() + event.data())
                .containsExactly(
                        ids.get(0) + " 0-0 step.started{\"n\":1}",
                        ids.get(1) + " " + ids.get(0) + " step.output{\"n\":2}",
                        ids.get(2) + " " + ids.get(1) + " job.completed{\"n\":3}");
    }

    @Test
    void publishesWhatItWrites() {
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = valkey.source().listen(job, listener)) {
            listener.awaitConnected();

            append("1000", "60000", "step.started", "{\"n\":1}", "step.output", "{\"chunk\":\"🚀\"}");

            assertThat(listener.awaitUnconfirmed(2)).isEqualTo(journal());
        }
    }

    @Test
    void setsTheTimeToLiveAnew() {
        append("1000", "5000", "step.output", "{}");
        assertThat(ttl()).isBetween(1L, 5_000L);

        append("1000", "60000", "step.output", "{}");

        assertThat(ttl()).isBetween(50_000L, 60_000L);
    }

    @Test
    void idsIncreaseEvenWhenTheClockWasSetBack() {
        String future = "9000000000000-5";
        valkey.by(c -> c.execute("XADD", bytes(key(), future, "event", "step.output", "data", "{}", "prev", "0-0")));

        List<String> ids = append("1000", "60000", "step.output", "{}", "step.output", "{}");

        assertThat(ids).containsExactly("9000000000000-6", "9000000000000-7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1000",
                "1000|60000",
                "1000|60000|step.output",
                "1000|60000|step.output|{}|step.output",
                "0|60000|step.output|{}",
                "-1|60000|step.output|{}",
                "1e3|60000|step.output|{}",
                "1.5|60000|step.output|{}",
                "x|60000|step.output|{}",
                "1000|0|step.output|{}",
                "1000|9999999999999999|step.output|{}",
                "1000|1 minute|step.output|{}",
                "1000|60000||{}",
                "1000|60000|.|{}",
                "1000|60000|.output|{}",
                "1000|60000|step.|{}",
                "1000|60000|step..output|{}",
                "1000|60000|Step.output|{}",
                "1000|60000|step output|{}",
                "1000|60000|step\n.output|{}",
                "1000|60000|step\",\"x\":\"|{}",
                "1000|60000|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|{}",
                "1000|60000|stream.gap|{}",
                "1000|60000|stream.whatever|{}",
                "1000|60000|step.output|",
                "1000|60000|step.output|{",
                "1000|60000|step.output|[]",
                "1000|60000|step.output|\"{}\"",
                "1000|60000|step.output|null",
                "1000|60000|step.output|{} ",
                "1000|60000|step.output|{}|step.output|[]",
                "1000|60000|job.completed|{}|step.output|{}",
                "1000|60000|job.completed|{}|job.completed|{}"
            })
    void refusesAllWhenOneArgumentIsInvalid(String arguments) {
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = valkey.source().listen(job, listener)) {
            listener.awaitConnected();

            assertThatThrownBy(() -> append(arguments.isEmpty() ? new String[0] : arguments.split("\\|", -1)))
                    .rootCause()
                    .hasMessageStartingWith("INVALID ");

            assertThat(exists()).isFalse();
            append("1000", "60000", "step.output", "{}");
            assertThat(listener.awaitUnconfirmed(1)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "runner-jobs::events",
                ":{a}:events",
                "runner jobs:{a}:events",
                "runner-jobs:{a b}:events",
                "runner-jobs:{a}b}:events",
                "runner-jobs:{}:events",
                "runner-jobs:{a}",
                "runner-jobs:{a}:events:",
                "a{b}:{a}:events"
            })
    void refusesAKeyThatIsNoJobs(String key) {
        assertThatThrownBy(() -> eval(1, key, "1000", "60000", "step.output", "{}"))
                .rootCause()
                .hasMessageStartingWith("INVALID ");
    }

    @Test
    void refusesSeveralKeys() {
        assertThatThrownBy(() -> eval(2, key(), key(), "1000", "60000", "step.output", "{}"))
                .rootCause()
                .hasMessageStartingWith("INVALID ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"job.completed", "job.failed", "job.cancelled"})
    void refusesWhatComesAfterTheEnd(String terminal) {
        append("1000", "60000", terminal, "{}");

        assertThatThrownBy(() -> append("1000", "60000", "step.output", "{}"))
                .rootCause()
                .hasMessageStartingWith("JOBENDED ");
        assertThat(journal()).hasSize(1);
    }

    @Test
    void acceptsTheLongestName() {
        String name = "a".repeat(64);

        append("1000", "60000", name, "{}");

        assertThat(journal().get(0).type().name()).isEqualTo(name);
    }

    @Test
    void writesNothingWhereTheKeyIsNoStream() {
        valkey.by(c -> c.set(TestTransport.bytes(key()), TestTransport.bytes("something else")));

        assertThatThrownBy(() -> append("1000", "60000", "step.output", "{}"))
                .rootCause()
                .hasMessageContaining("INVALID")
                .hasMessageContaining("holds a string, not a journal");
    }

    @Test
    void keepsThatTheJobHasEndedLongerThanItsJournal() {
        List<String> ids = append("1000", "60000", "step.output", "{}", "job.failed", "{\"why\":\"x\"}");

        assertThat(ttl(key())).isBetween(1L, 60_000L);
        assertThat(ttl(key().replace(":events", ":end")))
                .isGreaterThan(Duration.ofDays(6).toMillis());
        valkey.by(c -> c.keyCommands().del(TestTransport.bytes(key())));
        assertThatThrownBy(() -> append("1000", "60000", "step.output", "{}"))
                .rootCause()
                .hasMessageStartingWith("JOBENDED ");
        assertThat(valkey.source().readLast(job, 10).events())
                .extracting(event -> event.id() + " " + event.prev() + " " + event.type() + " "
                        + event.data().isLost())
                .containsExactly(ids.get(1) + " " + ids.get(0) + " job.failed true");
    }

    @Test
    void anInstallationHasANamespaceOfItsOwn() {
        String others = "ci.example:runner_jobs-2:{" + job + "}:events";

        eval(1, others, "1000", "60000", "step.output", "{}");

        assertThat(ttl(others)).isPositive();
        assertThat(journal()).isEmpty();
    }

    @Test
    void theMessageIsAnEnvelopeWithPrev() {
        List<JobEvent> heard;
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = valkey.source().listen(job, listener)) {
            listener.awaitConnected();
            append("1000", "60000", "step.output", "{\"z\":1e400,\"a\":[ 1 ]}");
            heard = listener.awaitUnconfirmed(1);
        }

        assertThat(new String(EventEnvelope.write(heard.get(0)), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"" + heard.get(0).id()
                        + "\",\"event\":\"step.output\",\"data\":{\"z\":1e400,\"a\":[ 1 ]}}");
    }

    private List<JobEvent> journal() {
        return JournalContract.all(valkey.source(), job);
    }

    private String key() {
        return "runner-jobs:{" + job + "}:events";
    }

    private boolean exists() {
        return Boolean.TRUE.equals(valkey.by(c -> c.keyCommands().exists(TestTransport.bytes(key()))));
    }

    private long ttl() {
        return ttl(key());
    }

    private long ttl(String key) {
        Long ttl = valkey.by(c -> c.keyCommands().pTtl(TestTransport.bytes(key)));
        return ttl == null ? -1 : ttl;
    }

    private List<String> append(String... arguments) {
        List<String> all = new ArrayList<>(List.of(key()));
        all.addAll(Arrays.asList(arguments));
        return eval(1, all.toArray(new String[0]));
    }

    private List<String> eval(int keys, String... keysAndArguments) {
        List<Object> ids =
                valkey.by(c -> c.scriptingCommands().eval(script(), ReturnType.MULTI, keys, bytes(keysAndArguments)));
        List<String> texts = new ArrayList<>();
        for (Object id : ids) {
            texts.add(LuaScript.text(id));
        }
        return texts;
    }

    private static byte[][] bytes(String... texts) {
        return Arrays.stream(texts).map(TestTransport::bytes).toArray(byte[][]::new);
    }

    static byte[] script() {
        try (InputStream in = AppendScriptTest.class.getResourceAsStream("/dev/jobstream/append.lua")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
