package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.HttpResponse;
import dev.jobstream.tools.SseParser;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Those whom an attack must not harm: clients that watch jobs of their own, on which events are published at a steady rate.
 * Each event says when it was due, so that how late it comes is known, also where its publisher had to wait.
 */
final class Honest implements AutoCloseable {

    static final int JOBS = 10;

    private static final int PER_SECOND = 20;
    private static final Pattern DATA = Pattern.compile("\\{\"n\":(\\d+),\"at\":(\\d+)}");

    /** Appends one event, and returns when it is retained. False if it is refused for the moment. */
    interface Publisher extends AutoCloseable {
        boolean publish(String job, String data) throws IOException;

        @Override
        void close();
    }

    private record Delivery(long published, long received) {}

    private final InetSocketAddress address;
    private final Publisher publisher;
    private final Selector selector = Selector.open();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final AtomicIntegerArray published = new AtomicIntegerArray(JOBS);
    private final Thread reading = new Thread(this::read, "honest-clients");
    private final Thread publishing = new Thread(this::publish, "honest-publisher");
    private volatile int refused;
    /** The moment up to which all is published that was due. */
    private volatile long reached = System.nanoTime();

    private volatile boolean stopping;
    private volatile boolean closed;
    private volatile Throwable failure;

    Honest(Target target, Publisher publisher) throws IOException {
        this.address = new InetSocketAddress("127.0.0.1", target.port());
        this.publisher = publisher;
        String token = Tokens.good(Tokens.READ);
        // An issuer that the server has not asked yet may take its time.
        Awaitility.await("honest tokens are good")
                .atMost(Target.PATIENCE)
                .until(() -> Requests.get(target.port(), Requests.events(job(0)), Requests.bearer(token))
                                .status()
                        == 200);
        for (int i = 0; i < Scale.HONEST; i++) {
            watchers.add(new Watcher(i % JOBS, token));
        }
        reading.setDaemon(true);
        reading.start();
        Awaitility.await("honest clients are let in")
                .atMost(Target.PATIENCE)
                .until(() -> watchers.stream().allMatch(watcher -> watcher.response.hasHead()));
        publishing.setDaemon(true);
        publishing.start();
        Awaitility.await("the server is warm").atMost(Target.PATIENCE).until(() -> {
            complain();
            return count() > Scale.of(4_000, 200);
        });
    }

    static String job(int number) {
        return "honest-" + number;
    }

    /** How many events have come. */
    private int count() {
        synchronized (deliveries) {
            return deliveries.size();
        }
    }

    private void publish() {
        long begin = System.nanoTime();
        try {
            for (long sent = 0; !stopping; sent++) {
                long due = begin + sent * 1_000_000_000L / PER_SECOND;
                while (System.nanoTime() < due && !stopping) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                int job = (int) (sent % JOBS);
                String data = "{\"n\":" + published.get(job) + ",\"at\":" + due + "}";
                if (publisher.publish(job(job), data)) {
                    published.incrementAndGet(job);
                } else {
                    refused++;
                }
                reached = due;
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try {
            while (!closed) {
                selector.select(key -> ((Watcher) key.attachment()).read(buffer), 100);
            }
            for (Watcher watcher : watchers) {
                watcher.channel.close();
            }
            selector.close();
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private final class Watcher implements SseParser.Listener {

        private final int job;
        private final SocketChannel channel;
        private final HttpResponse response;
        private volatile int next;
        private volatile String complaint;

        Watcher(int job, String token) throws IOException {
            this.job = job;
            SseParser parser = new SseParser(this);
            response = new HttpResponse(parser::feed);
            channel = SocketChannel.open(address);
            channel.write(ByteBuffer.wrap(Requests.head("GET", Requests.stream(job(job)), Requests.bearer(token))
                    .getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void read(ByteBuffer buffer) {
            try {
                buffer.clear();
                int length = channel.read(buffer);
                if (length < 0) {
                    throw new IOException("the stream has ended");
                }
                response.feed(buffer.array(), 0, length);
            } catch (IOException | IllegalStateException e) {
                complaint = e.toString();
                try {
                    channel.close();
                } catch (IOException ignored) {
                    // It is closed all the same.
                }
            }
        }

        @Override
        public void event(SseParser event) {
            Matcher data = DATA.matcher(event.data().toString());
            if (!data.matches() || Integer.parseInt(data.group(1)) != next) {
                complaint = "in place of event " + next + ": " + event.type() + " " + event.data();
                return;
            }
            next++;
            synchronized (deliveries) {
                deliveries.add(new Delivery(Long.parseLong(data.group(2)), System.nanoTime()));
            }
        }
    }

    /** Milliseconds within which 99 % came of what was published between these moments. */
    double p99(long begin, long end) {
        long[] sorted;
        synchronized (deliveries) {
            sorted = deliveries.stream()
                    .filter(delivery -> delivery.published >= begin && delivery.published < end)
                    .mapToLong(delivery -> delivery.received - delivery.published)
                    .sorted()
                    .toArray();
        }
        assertThat(sorted).as("deliveries in a phase").isNotEmpty();
        return sorted[(int) (sorted.length * 0.99)] / 1e6;
    }

    /** Waits until what was due by this moment is published. */
    void awaitPublished(long moment) {
        Awaitility.await("honest events are published").atMost(Target.PATIENCE).until(() -> {
            complain();
            return reached - moment >= 0;
        });
    }

    /** Waits until each has what was published until now. */
    void awaitCaughtUp() {
        int[] now = IntStream.range(0, JOBS).map(published::get).toArray();
        Awaitility.await("honest clients catch up").atMost(Target.PATIENCE).until(() -> {
            complain();
            return watchers.stream().allMatch(watcher -> watcher.next >= now[watcher.job]);
        });
    }

    private void complain() {
        assertThat(failure).as("failure of the suite's own threads").isNull();
        assertThat(watchers)
                .extracting(watcher -> watcher.complaint)
                .as("complaints")
                .containsOnlyNulls();
    }

    /** Publishes no more; each event that was published has come to everybody who was to have it, once and in order. */
    int assertNothingIsMissing() {
        stopping = true;
        try {
            publishing.join(Target.PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        awaitCaughtUp();
        assertThat(watchers).allMatch(watcher -> watcher.next == published.get(watcher.job));
        return count();
    }

    /** How often an event was refused for the moment, and so was published later. */
    int refused() {
        return refused;
    }

    @Override
    public void close() {
        stopping = true;
        closed = true;
        publisher.close();
        try {
            reading.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
