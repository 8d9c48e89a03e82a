package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams that nobody reads, and very many streams of one subject. */
@Tag("load")
class StreamsUnderLoadIT {

    /** The streams that the subject may have: fewer than the default, so that the short form meets it too. */
    private static final int QUOTA = 200;

    private static final String JOB = "deaf";
    private static final String DATA = "{\"x\":\"" + "x".repeat(8_000) + "\"}";
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    static List<Jdk> jdks() {
        return BodiesUnderLoadIT.jdks();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void watchersThatNeverRead(Jdk jdk) throws Exception {
        try (Siege siege = Siege.inMemory("deaf", "watchers that never read a byte, of 40 KB/s", jdk)) {
            siege.figure("connections", Scale.CONNECTIONS);
            siege.harmsNobody(() -> new Deaf(siege));
            siege.held("only what becomes of others is looked at");
        }
    }

    private static final class Deaf implements AutoCloseable {

        private final Crowd crowd;
        private final Honest.Publisher publisher;
        private final Thread publishing = new Thread(this::publish, "deaf-publisher");
        private volatile boolean closed;

        Deaf(Siege siege) throws IOException {
            publisher = siege.publisher();
            crowd = new Crowd(siege.port(), Scale.CONNECTIONS, Crowd.Manner.DEAF, 0, Letters.streams(JOB));
            publishing.setDaemon(true);
            publishing.start();
        }

        private void publish() {
            try {
                while (!closed) {
                    boolean unused = publisher.publish(JOB, DATA);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws Exception {
            closed = true;
            publishing.join(10_000);
            crowd.close();
            publisher.close();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void oneSubjectOpensVeryMany(Jdk jdk) throws Exception {
        int streams = Scale.of(10_000, 500);
        try (Siege siege = Siege.inMemory(
                "opens",
                "one subject opens as many streams as it can",
                jdk,
                "jobstream.quota.streams-per-subject=" + QUOTA)) {
            Map<Integer, Integer> answers = siege.by(streams, Crowd.Manner.STAYS, Letters.streams("mad"));
            assertThat(answers).containsOnlyKeys(200, 429).containsEntry(200, QUOTA);
            siege.held("200 for the first " + QUOTA + ", 429 for the others");
        }
    }
}
