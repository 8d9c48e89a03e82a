package dev.jobstream.benchmarks;

import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Appends numbered events to jobs in turn, with the script that is every publisher's, on one pipelined connection. Each job
 * counts its events from 0.
 */
final class Feeder implements AutoCloseable {

    private static final String SCRIPT = "/dev/jobstream/append.lua";
    private static final byte[] MAX_EVENTS = ascii("10000");
    private static final byte[] TTL_MILLIS = ascii("600000");
    private static final byte[] EVALSHA = ascii("EVALSHA");
    private static final byte[] ONE = ascii("1");
    private static final byte[] PING = ascii("PING");
    private static final String PONG = "PONG";
    private static final byte[] EVENT = ascii("step.output");
    private static final byte[] RARE_EVENT = ascii(Filtered.RARE);

    /** Behind by more than this many events, the pipeline is flushed at least so often. */
    private static final int FLUSH_EVERY = 64;

    private final Resp valkey;
    private final byte[] digest;
    private final List<byte[]> keys;
    private final Payload payload;
    private int rareEvery;
    private long next;
    private volatile long mostBehind;
    private volatile boolean stopped;

    /** @param size about how many bytes of data an event has */
    Feeder(String host, int port, List<String> jobs, int size) {
        this(host, port, jobs, size, false);
    }

    /** @param sharded whether it publishes by sharded Pub/Sub; in a Cluster the server has all the jobs' slots */
    Feeder(String host, int port, List<String> jobs, int size, boolean sharded) {
        try {
            valkey = new Resp(host, port);
            digest = ascii(String.valueOf(valkey.call("SCRIPT", "LOAD", script(sharded))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keys = jobs.stream().map(job -> ascii(key(job))).toList();
        payload = new Payload(size);
    }

    static String key(String job) {
        return "runner-jobs:{" + job + "}:events";
    }

    private static String script(boolean sharded) throws IOException {
        try (InputStream in = Feeder.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IOException("missing from the class path: " + SCRIPT);
            }
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return sharded ? script.replace("local SHARDED = false", "local SHARDED = true") : script;
        }
    }

    /** From now on each job's first event of so many, by its number, is of another type. */
    Feeder withRareEvents(int every) {
        rareEvery = every;
        return this;
    }

    /** The number that each job's next event has; the jobs are even with one another between two feeds. */
    long nextNumber() {
        return next / keys.size();
    }

    /** How far an event was sent behind its time, at most, in nanoseconds. */
    long mostBehind() {
        return mostBehind;
    }

    /**
     * Feeds on threads of its own.
     *
     * @param rounds events for each job
     * @param rate events a second in all; infinite for as fast as possible, a hundred to a call if there is one job
     * @return completed when all are in the journal
     */
    CompletableFuture<Void> feed(long rounds, double rate) {
        long events = rounds * keys.size();
        int batch = Double.isInfinite(rate) && keys.size() == 1 ? 100 : 1;
        mostBehind = 0;
        stopped = false;
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> sent = inThread("feeder", () -> send(events, rate, batch));
        CompletableFuture<Void> received = inThread("feeder-replies", () -> {
            // The reply to what ends the pipeline, since it may be stopped before.
            while (!PONG.equals(valkey.receive())) {}
        });
        CompletableFuture<Void> unused = CompletableFuture.allOf(sent, received).whenComplete((nothing, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    /** Ends what is being fed before its time; with several jobs they may no longer be even. */
    void stop() {
        stopped = true;
    }

    private void send(long events, double rate, int batch) throws IOException {
        long begin = System.nanoTime();
        for (long i = 0; i < events && !stopped; i += batch) {
            long due = begin + (long) (i / rate * 1e9);
            long now = System.nanoTime();
            if (now < due) {
                valkey.flush();
                while (now < due) {
                    LockSupport.parkNanos(due - now);
                    now = System.nanoTime();
                }
            } else if (i / batch % FLUSH_EVERY == 0) {
                valkey.flush();
            }
            if (!Double.isInfinite(rate)) {
                mostBehind = Math.max(mostBehind, now - due);
            }
            append((int) Math.min(batch, events - i), now);
        }
        valkey.send(1);
        valkey.send(PING);
        valkey.flush();
    }

    private void append(int batch, long now) throws IOException {
        valkey.send(6 + 2 * batch);
        valkey.send(EVALSHA);
        valkey.send(digest);
        valkey.send(ONE);
        valkey.send(keys.get((int) (next % keys.size())));
        valkey.send(MAX_EVENTS);
        valkey.send(TTL_MILLIS);
        for (int i = 0; i < batch; i++) {
            long number = next / keys.size();
            valkey.send(rareEvery > 0 && number % rareEvery == 0 ? RARE_EVENT : EVENT);
            valkey.send(payload.write(number, now));
            next++;
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> inThread(String name, Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (IOException | RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    /** Forgets the jobs' events. */
    @Override
    public void close() {
        try (valkey) {
            for (byte[] key : keys) {
                valkey.call("UNLINK", new String(key, StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
