package dev.jobstream.attacks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody who may write to Valkey writes what no publisher would, and watches it. */
@Tag("load")
class ValkeyWriterIT {

    private static final List<String> JOBS = List.of("large-event", "large-prev", "garbage");
    private static final int LARGE = 20 * 1024 * 1024;
    private static final int GARBAGE = Scale.of(50_000, 5_000);
    private static final int AT_A_TIME = 1_000;
    private static final int WATCHERS = Scale.of(50, 10);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    static List<Jdk> jdks() {
        return BodiesUnderLoadIT.jdks();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void entriesThatNoPublisherWrites(Jdk jdk) throws Exception {
        try (Siege siege = Siege.onValkey(
                "valkey-writer", "a writer in Valkey: `event` and `prev` of 20 MB, and garbage, watched", jdk)) {
            siege.figure("watchers", WATCHERS).figure("garbage entries", GARBAGE);
            try (Resp valkey = new Resp(siege.valkey().port())) {
                for (int i = 0; i < GARBAGE; i += AT_A_TIME) {
                    garbage(valkey);
                }
                for (int i = 0; i < 3; i++) {
                    large(valkey);
                }
            }
            siege.harmsNobody(() -> new Writer(siege));
            siege.figure("slowest commands of Valkey (ms)", slowest(siege));
            siege.held("only what becomes of others is looked at");
        }
    }

    private static String key(String job) {
        return "runner-jobs:{" + job + "}:events";
    }

    private static void garbage(Resp valkey) throws IOException {
        for (int i = 0; i < AT_A_TIME; i++) {
            valkey.send("XADD", key("garbage"), "*", "x", "y".repeat(100));
        }
        valkey.flush();
        for (int i = 0; i < AT_A_TIME; i++) {
            Object unused = valkey.receive();
        }
    }

    private static void large(Resp valkey) throws IOException {
        byte[] large = "a".repeat(LARGE).getBytes(US_ASCII);
        for (String field : List.of("event", "prev")) {
            byte[] small = field.equals("event") ? "1-0".getBytes(US_ASCII) : "step.output".getBytes(US_ASCII);
            valkey.send(11);
            for (String word : List.of("XADD", key("large-" + field), "MAXLEN", "5", "*", "data", "{}")) {
                valkey.send(word.getBytes(US_ASCII));
            }
            valkey.send(field.getBytes(US_ASCII));
            valkey.send(large);
            valkey.send((field.equals("event") ? "prev" : "event").getBytes(US_ASCII));
            valkey.send(small);
            valkey.flush();
            Object unused = valkey.receive();
        }
    }

    private static List<Long> slowest(Siege siege) throws IOException {
        try (Resp valkey = new Resp(siege.valkey().port())) {
            return ((List<?>) valkey.call("SLOWLOG", "GET", "128"))
                    .stream()
                            .map(entry -> (Long) ((List<?>) entry).get(2) / 1_000)
                            .sorted(Comparator.reverseOrder())
                            .limit(3)
                            .toList();
        }
    }

    /** Goes on writing garbage while it watches. What is large is there before: writing it is what costs Valkey most. */
    private static final class Writer implements AutoCloseable {

        private final Crowd watchers;
        private final Resp valkey;
        private final Thread writing = new Thread(this::write, "writer");
        private volatile boolean closed;

        Writer(Siege siege) throws IOException {
            AtomicInteger next = new AtomicInteger();
            String token = Tokens.good(Tokens.READ);
            watchers = new Crowd(
                    siege.port(),
                    WATCHERS,
                    Crowd.Manner.COMES_AGAIN,
                    1_000,
                    () -> Crowd.Letter.of(Requests.head(
                            "GET",
                            Requests.stream(JOBS.get(next.getAndIncrement() % JOBS.size())),
                            Requests.bearer(token))));
            valkey = new Resp(siege.valkey().port());
            writing.setDaemon(true);
            writing.start();
        }

        private void write() {
            try {
                while (!closed) {
                    garbage(valkey);
                    Object unused = valkey.call("PUBLISH", key("honest-0"), "\u0000 garbage {");
                    unused = valkey.call("PUBLISH", key("honest-1"), "{\"event\":\"" + "a".repeat(1_000_000));
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws Exception {
            closed = true;
            writing.join(10_000);
            watchers.close();
            valkey.close();
        }
    }
}
