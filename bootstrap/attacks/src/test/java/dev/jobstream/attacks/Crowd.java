package dev.jobstream.attacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Many connections that each send what they are told to, at their own pace, and come again once they are answered or cut
 * off. All of them are one thread.
 */
final class Crowd implements AutoCloseable {

    /** The key of {@link #answers} for connections that ended without an answer. */
    static final int NONE = 0;

    private static final int STATUS_AT = 9;
    private static final int STATUS_END = 12;
    private static final byte[] NOTHING = {};

    /**
     * What one connection sends.
     *
     * @param opening at once
     * @param piece again and again after it
     * @param pieces how often
     * @param pauseMillis before each
     */
    record Letter(byte[] opening, byte[] piece, long pieces, long pauseMillis) {

        static Letter of(String opening) {
            return new Letter(opening.getBytes(StandardCharsets.ISO_8859_1), NOTHING, 0, 0);
        }

        /** The same, and then a byte now and then for as long as the server takes it. */
        Letter trickling(String bytes, long pauseMillis) {
            return new Letter(opening, bytes.getBytes(StandardCharsets.ISO_8859_1), Long.MAX_VALUE, pauseMillis);
        }

        /** The same, and then this body, as fast as the server takes it. */
        Letter with(byte[] piece, long pieces) {
            return new Letter(opening, piece, pieces, 0);
        }
    }

    /** What a connection does with the answer. */
    enum Manner {
        /** Reads it to its end, and comes again. */
        COMES_AGAIN,
        /** Reads it for as long as it goes on. */
        STAYS,
        /** Reads not a byte of it. */
        DEAF
    }

    private record Timer(long at, Runnable task) {}

    private final InetSocketAddress address;
    private final Manner manner;
    private final long againMillis;
    private final Supplier<Letter> letters;
    private final Selector selector = Selector.open();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::at));
    private final Map<Integer, Integer> answers = new ConcurrentSkipListMap<>();
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024);
    private final long epoch = System.nanoTime();
    private final Thread thread;
    private volatile boolean closed;
    private volatile int open;

    /**
     * Sends them out, a thousand a second.
     *
     * @param againMillis the time from an answer to the next letter
     */
    Crowd(int port, int connections, Manner manner, long againMillis, Supplier<Letter> letters) throws IOException {
        this.address = new InetSocketAddress("127.0.0.1", port);
        this.manner = manner;
        this.againMillis = againMillis;
        this.letters = letters;
        for (int i = 0; i < connections; i++) {
            Member member = new Member();
            later(i, member::connect);
        }
        thread = new Thread(this::loop, "crowd");
        thread.setDaemon(true);
        thread.start();
    }

    /** How often which status was the answer. */
    Map<Integer, Integer> answers() {
        return new TreeMap<>(answers);
    }

    /** How many connections there are at the moment. */
    int open() {
        return open;
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    private void later(long millis, Runnable task) {
        timers.add(new Timer(now() + TimeUnit.MILLISECONDS.toNanos(millis), task));
    }

    private void loop() {
        try {
            while (!closed) {
                Timer first = timers.peek();
                long wait = first == null ? 100 : Math.max(1, Math.min(100, (first.at - now()) / 1_000_000));
                selector.select(key -> ((Member) key.attachment()).ready(), wait);
                for (Timer due = timers.peek(); due != null && due.at <= now(); due = timers.peek()) {
                    timers.remove();
                    due.task.run();
                }
            }
            List<SelectionKey> keys = new ArrayList<>(selector.keys());
            for (SelectionKey key : keys) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Member {

        private final byte[] head = new byte[STATUS_END];
        private Letter letter = Letter.of("");
        private SocketChannel channel;
        private SelectionKey key;
        private ByteBuffer out = ByteBuffer.allocate(0);
        private long left;
        private int seen;

        void connect() {
            letter = letters.get();
            out = ByteBuffer.wrap(letter.opening);
            left = letter.pieces;
            seen = 0;
            try {
                channel = SocketChannel.open();
                channel.configureBlocking(false);
                if (manner == Manner.DEAF) {
                    channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
                }
                channel.connect(address);
                key = channel.register(selector, SelectionKey.OP_CONNECT, this);
                open++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void ready() {
            try {
                if (key.isConnectable()) {
                    channel.finishConnect();
                    key.interestOps(SelectionKey.OP_WRITE | (manner == Manner.DEAF ? 0 : SelectionKey.OP_READ));
                } else {
                    if (key.isReadable() && !read()) {
                        end();
                        return;
                    }
                    if (key.isWritable()) {
                        write();
                    }
                }
            } catch (IOException e) {
                readWhatIsThere();
                end();
            }
        }

        /** False at the end. */
        private boolean read() throws IOException {
            in.clear();
            int length = channel.read(in);
            for (int i = 0; i < length && seen < STATUS_END; i++) {
                head[seen++] = in.get(i);
                if (seen == STATUS_END) {
                    int status = Integer.parseInt(
                            new String(head, STATUS_AT, STATUS_END - STATUS_AT, StandardCharsets.US_ASCII));
                    answers.merge(status, 1, Integer::sum);
                }
            }
            return length >= 0;
        }

        private void readWhatIsThere() {
            try {
                if (seen < STATUS_END && channel.isConnected()) {
                    read();
                }
            } catch (IOException e) {
                // There is nothing.
            }
        }

        private void write() throws IOException {
            channel.write(out);
            if (out.hasRemaining()) {
                return;
            }
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
            if (left > 0) {
                left--;
                out = ByteBuffer.wrap(letter.piece);
                if (letter.pauseMillis == 0) {
                    key.interestOpsOr(SelectionKey.OP_WRITE);
                } else {
                    SelectionKey waiting = key;
                    later(letter.pauseMillis, () -> {
                        if (waiting.isValid()) {
                            waiting.interestOpsOr(SelectionKey.OP_WRITE);
                        }
                    });
                }
            }
        }

        private void end() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            open--;
            if (seen < STATUS_END) {
                answers.merge(NONE, 1, Integer::sum);
            }
            if (manner == Manner.COMES_AGAIN) {
                later(againMillis, this::connect);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
