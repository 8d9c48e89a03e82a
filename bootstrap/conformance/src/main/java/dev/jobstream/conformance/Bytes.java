package dev.jobstream.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A body as its bytes come, for a reader that does not wait for ever. For one reader. */
final class Bytes implements AutoCloseable {

    private static final int MOST_PIECES = 4_096;
    private static final int MOST_BYTES = 64 * 1024 * 1024;
    /** How often the patience with a piece makes the patience with a body. */
    private static final int LONGEST_BODY = 3;

    private static final byte[] END = {};

    private final InputStream in;
    private final Duration patience;
    private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>(MOST_PIECES);
    private volatile @Nullable IOException broken;
    private volatile boolean closed;
    private boolean over;

    /** @param patience how long a piece is waited for, if nothing else is said */
    Bytes(InputStream in, Duration patience, Executor threads) {
        this.in = in;
        this.patience = patience;
        threads.execute(this::pump);
    }

    private void pump() {
        byte[] buffer = new byte[8_192];
        try {
            for (int n = in.read(buffer); n >= 0 && !closed; n = in.read(buffer)) {
                if (n > 0) {
                    put(Arrays.copyOf(buffer, n));
                }
            }
        } catch (IOException e) {
            broken = e;
        }
        put(END);
    }

    private void put(byte[] piece) {
        try {
            while (!closed && !pieces.offer(piece, 100, TimeUnit.MILLISECONDS)) {
                // A reader that is behind is waited for.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Duration patience() {
        return patience;
    }

    /**
     * The next bytes; {@code null} at the end.
     *
     * @throws TimeoutException if nothing comes in that time
     * @throws Failure if the connection breaks: a body has an end of its own
     */
    byte @Nullable [] next(Duration within) throws TimeoutException {
        if (over) {
            return null;
        }
        byte[] piece;
        try {
            piece = pieces.poll(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Skipped("the run was stopped");
        }
        if (piece == null) {
            throw new TimeoutException();
        }
        if (piece.length > 0) {
            return piece;
        }
        over = true;
        IOException failed = broken;
        if (failed != null) {
            throw new Failure(
                    "a response that ends cleanly", "a broken connection: " + Expect.show(failed.getMessage()));
        }
        return null;
    }

    /** All that comes up to the end. */
    String all() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            long end = System.nanoTime() + patience.multipliedBy(LONGEST_BODY).toNanos();
            for (byte[] piece = next(patience); piece != null; piece = next(patience)) {
                all.writeBytes(piece);
                if (System.nanoTime() > end || all.size() > MOST_BYTES) {
                    throw new TimeoutException();
                }
            }
        } catch (TimeoutException e) {
            throw new Failure(
                    "the end of the response",
                    "none in time after " + Expect.show(all.toString(StandardCharsets.UTF_8)));
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        try {
            in.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }
}
