package dev.jobstream.faults;

import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * A program in another language, as it were: it appends events by {@code append.lua} at a steady rate, straight to Valkey,
 * and keeps the list of what Valkey has acknowledged. What was under way when a connection broke may be in the journal or
 * not; it is not sent again.
 */
final class Publisher implements AutoCloseable {

    /** An acknowledged event. */
    record Published(Id id, int number, long nanos) {}

    private static final int TICK_MILLIS = 10;

    private final List<String> jobs;
    private final IntSupplier port;
    private final double perSecond;
    private final String padding;
    private final String maxEvents;
    private final Map<String, List<Published>> published = new TreeMap<>();
    private final int[] numbers;
    private final Thread thread = new Thread(this::loop, "publisher");
    private volatile boolean stopping;
    private final LongAdder acknowledged = new LongAdder();
    private volatile long unknown;
    private volatile long refused;
    private volatile Resp connection;

    /**
     * @param perSecond events of all jobs
     * @param dataBytes of each
     */
    Publisher(List<String> jobs, IntSupplier port, double perSecond, int dataBytes, int maxEvents) {
        this.jobs = jobs;
        this.port = port;
        this.perSecond = perSecond;
        this.padding = "x".repeat(Math.max(0, dataBytes - 30));
        this.maxEvents = String.valueOf(maxEvents);
        this.numbers = new int[jobs.size()];
        jobs.forEach(job -> published.put(job, new ArrayList<>()));
        thread.setDaemon(true);
    }

    Publisher start() {
        thread.start();
        return this;
    }

    static String key(String job) {
        return "runner-jobs:{" + job + "}:events";
    }

    static String script() {
        try {
            return Files.readString(
                    Path.of("../../adapters-redis/src/main/resources/dev/jobstream/append.lua"),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Events acknowledged so far. */
    long acknowledged() {
        return acknowledged.sum();
    }

    /** Events of which it was not heard whether they are in the journal. */
    long unknown() {
        return unknown;
    }

    /** Events that Valkey has refused, as it does while it loads its file. */
    long refused() {
        return refused;
    }

    private void loop() {
        long begin = System.nanoTime();
        long sent = 0;
        int next = 0;
        String sha = null;
        while (!stopping) {
            try {
                if (connection == null) {
                    connection = new Resp(port.getAsInt());
                    sha = (String) connection.call("SCRIPT", "LOAD", script());
                }
                // What was not sent while there was no connection is not made up for.
                long due = (long) ((System.nanoTime() - begin) / 1e9 * perSecond);
                int count = (int) Math.min(due - sent, Math.max(1, (long) (perSecond / 10)));
                sent = due;
                send(connection, sha, next, count);
                next = (next + count) % jobs.size();
            } catch (Resp.Refused e) {
                refused++;
                drop();
            } catch (IOException e) {
                drop();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
        }
        drop();
    }

    private void send(Resp to, String sha, int from, int count) throws IOException {
        int answered = 0;
        try {
            for (int i = 0; i < count; i++) {
                int job = (from + i) % jobs.size();
                to.send(
                        "EVALSHA",
                        sha,
                        "1",
                        key(jobs.get(job)),
                        maxEvents,
                        "86400000",
                        "step.output",
                        "{\"n\":" + numbers[job]++ + ",\"chunk\":\"" + padding + "\"}");
            }
            to.flush();
            while (answered < count) {
                int job = (from + answered) % jobs.size();
                int number = numbers[job] - 1 - (count - 1 - answered) / jobs.size();
                try {
                    List<?> ids = (List<?>) to.receive();
                    answered++;
                    note(jobs.get(job), Id.of((String) ids.get(0)), number);
                } catch (Resp.Refused e) {
                    answered++;
                    refused++;
                    if (!e.getMessage().startsWith("LOADING") && !e.getMessage().startsWith("READONLY")) {
                        System.out.println("Publisher: " + e.getMessage());
                    }
                }
            }
        } finally {
            unknown += count - answered;
        }
    }

    /** Appends so many events more, numbered from 1,000,000, in one call on a connection of the caller's. */
    void appendInOneCall(Resp to, String job, int count) throws IOException {
        List<String> words = new ArrayList<>(List.of("EVAL", script(), "1", key(job), maxEvents, "86400000"));
        for (int i = 0; i < count; i++) {
            words.add("step.output");
            words.add("{\"n\":" + (1_000_000 + i) + "}");
        }
        List<?> ids = (List<?>) to.call(words.toArray(String[]::new));
        for (int i = 0; i < count; i++) {
            note(job, Id.of((String) ids.get(i)), 1_000_000 + i);
        }
    }

    /** Ends a job, on a connection of the caller's. Nothing may be published of it any more. */
    static void complete(Resp to, String job) throws IOException {
        to.call("EVAL", script(), "1", key(job), "100000", "86400000", "job.completed", "{\"n\":2000000}");
    }

    /** Adds an event that was acknowledged to somebody else. */
    void note(String job, Id id, int number) {
        List<Published> list = published.get(job);
        synchronized (list) {
            list.add(new Published(id, number, System.nanoTime()));
        }
        acknowledged.increment();
    }

    /** What was acknowledged of a job so far, in order. */
    List<Published> published(String job) {
        List<Published> list = published.get(job);
        synchronized (list) {
            return List.copyOf(list);
        }
    }

    private void drop() {
        Resp dropped = connection;
        connection = null;
        if (dropped != null) {
            dropped.close();
        }
    }

    /** Ends publishing, after what is under way. */
    void stop() {
        stopping = true;
        try {
            thread.join(World.PATIENCE.toMillis());
            if (thread.isAlive()) {
                throw new IllegalStateException("the publisher waits for an answer of Valkey");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopping = true;
        Resp open = connection;
        if (open != null) {
            open.close();
        }
    }
}
