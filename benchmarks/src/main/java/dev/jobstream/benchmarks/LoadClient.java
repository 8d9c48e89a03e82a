package dev.jobstream.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches jobs over thousands of connections from the one thread that calls it: it reads only while {@link #pollUntil} is
 * being called.
 */
final class LoadClient implements AutoCloseable {

    static final String LOOPBACK = "127.0.0.1";

    /** Within this time a server notices that clients have gone, by the next heartbeat that it sends them. */
    static final Duration NOTICED = Duration.ofSeconds(20);

    /** Connections that may be on their way at once: a server's backlog is as short as 50. */
    private static final int CONNECTING = 40;

    private static final Duration REST = Duration.ofSeconds(1);
    private static final int STALLED_RECEIVE_BUFFER = 4096;
    private static final int READS_A_TURN = 4;

    /**
     * One connection to be made.
     *
     * @param stalled whether it reads the head of the response and then nothing more
     */
    record Target(String host, int port, String request, boolean stalled) {

        static Target watch(int port, String job, String token, @Nullable String lastEventId, boolean stalled) {
            String start = lastEventId == null ? "?from=now" : "";
            String resume = lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            return new Target(LOOPBACK, port, request(LOOPBACK, port, job, token, start, resume), stalled);
        }

        /** One that wants events of this type only. */
        static Target watchOnly(String type, int port, String job, String token) {
            String query = "?from=now&events=" + type;
            return new Target(LOOPBACK, port, request(LOOPBACK, port, job, token, query, ""), false);
        }

        /** One that wants all that the job has had. */
        static Target watchFromBeginning(String host, int port, String job, String token) {
            return new Target(host, port, request(host, port, job, token, "?from=beginning", ""), false);
        }

        private static String request(String host, int port, String job, String token, String start, String resume) {
            return "GET /runner-jobs/" + job + "/events/stream" + start + " HTTP/1.1\r\nHost: " + host + ":" + port
                    + "\r\nAccept: text/event-stream\r\nAuthorization: Bearer " + token + "\r\n" + resume + "\r\n";
        }
    }

    private final long caughtUpNanos;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    private final List<Watcher> watchers = new ArrayList<>();
    private final Counts counts = new Counts();
    private long firstNumber;
    private int connecting;
    private int waiting;

    LoadClient() {
        this(0);
    }

    /** @param caughtUpNanos the latency below which a reader has caught up */
    LoadClient(long caughtUpNanos) {
        this.caughtUpNanos = caughtUpNanos;
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Counts counts() {
        return counts;
    }

    /** All that were opened since the last were closed. */
    List<Watcher> watchers() {
        return watchers;
    }

    /** Begins to count anew, from the events of this number on. What was read before does not count. */
    void begin(long number) {
        firstNumber = number;
        counts.begin();
        for (Watcher watcher : watchers) {
            watcher.sequence().begin(number);
        }
    }

    /**
     * Opens all of them and returns when each has its head and the beginning of its body, is refused, or patience ends.
     *
     * @param atOnce how many may wait for their response at the same time
     * @return how many are open
     */
    int open(List<Target> targets, int atOnce, Duration patience) {
        Iterator<Target> next = targets.iterator();
        pollUntil(
                () -> {
                    while (next.hasNext() && connecting < CONNECTING && connecting + waiting < atOnce) {
                        connect(next.next());
                    }
                    return !next.hasNext() && connecting + waiting == 0;
                },
                patience);
        return counts.open();
    }

    private void connect(Target target) {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // Ends with a reset, so that no port stays taken.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            if (target.stalled) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, STALLED_RECEIVE_BUFFER);
            }
            Watcher watcher = new Watcher(target, channel, counts, new CatchUp(caughtUpNanos));
            watcher.sequence().begin(firstNumber);
            watchers.add(watcher);
            connecting++;
            boolean done = channel.connect(new InetSocketAddress(target.host, target.port));
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, watcher);
            if (done) {
                connected(key, watcher);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the condition holds, which is asked at least every 10 ms; false if the time ends before. */
    boolean pollUntil(BooleanSupplier condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                selector.select(this::ready, 10);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        if (!(key.attachment() instanceof Watcher watcher) || !key.isValid()) {
            return;
        }
        boolean unanswered = !watcher.hasBegun();
        try {
            if (key.isConnectable()) {
                watcher.channel().finishConnect();
                connected(key, watcher);
                return;
            }
            read(key, watcher);
        } catch (IOException | IllegalStateException e) {
            if (key.isValid() && key.interestOps() == SelectionKey.OP_CONNECT) {
                connecting--;
                waiting++;
            }
            watcher.failed();
        }
        if (unanswered && (watcher.hasBegun() || watcher.hasEnded())) {
            waiting--;
        }
    }

    private void connected(SelectionKey key, Watcher watcher) throws IOException {
        connecting--;
        waiting++;
        key.interestOps(SelectionKey.OP_READ);
        byte[] request = watcher.target().request().getBytes(StandardCharsets.US_ASCII);
        if (watcher.channel().write(ByteBuffer.wrap(request)) != request.length) {
            throw new IOException("the request does not fit the socket's buffer");
        }
    }

    private void read(SelectionKey key, Watcher watcher) throws IOException {
        for (int i = 0; i < READS_A_TURN; i++) {
            buffer.clear();
            int size = watcher.channel().read(buffer);
            if (size < 0) {
                watcher.failed();
                return;
            }
            watcher.feed(buffer.array(), size);
            if (watcher.target().stalled() && watcher.hasBegun()) {
                key.interestOps(0);
                return;
            }
            if (watcher.hasEnded() || size < buffer.capacity()) {
                return;
            }
        }
    }

    /** Closes all connections; new ones may be opened after it. */
    void closeAll() {
        for (Watcher watcher : watchers) {
            watcher.end();
        }
        watchers.clear();
        counts.reset();
        connecting = 0;
        waiting = 0;
        try {
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes all connections, and lets a moment pass before others are opened. */
    void closeAllAndRest() {
        closeAll();
        pollUntil(() -> false, REST);
    }

    @Override
    public void close() {
        closeAll();
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
