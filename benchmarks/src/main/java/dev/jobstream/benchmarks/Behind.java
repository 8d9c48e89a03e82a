package dev.jobstream.benchmarks;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Readers that are 16 MB behind a job which goes on: until they have caught up, and what their latency is then. */
record Behind(String name, String title, int readers, Way way) implements OneByOne {

    private static final int EVENTS = 2_000;
    private static final int RATE = 360;
    private static final int SIZE = 8_000;
    private static final int BOUND_MILLIS = 100;
    private static final int DELAY_MILLIS = 100;
    private static final double AFTER_SECONDS = 5;

    /** Longer than a reader is waited for. */
    private static final int MOST_SECONDS = 60;

    /** What is read after this, of what was there before, is not new by any bound. */
    private static final long AGE_NANOS = 300_000_000;

    private static final Duration WARM_UP_PATIENCE = Duration.ofSeconds(5);
    private static final int FAR_WARM_UPS = 2;

    enum Way {
        /** The readers beside the server. */
        LOOPBACK,
        /** A link between two network namespaces. */
        LINK,
        /** A program between them. */
        RELAY
    }

    /** Where the readers are. */
    interface Readers extends AutoCloseable {

        /** Reads a job from its beginning, until all have caught up or patience ends, and for so long after. */
        Map<String, Double> read(String job, Duration patience, Duration after);

        @Override
        default void close() {}
    }

    /** Puts readers somewhere, for a server that runs. */
    interface Placing {

        /** @param bound the latency below which a reader has caught up, in milliseconds */
        Readers place(ServerProcess server, int bound);
    }

    @Override
    public boolean suits(Contender contender) {
        return contender.isJobstream();
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) {
        Map<String, Double> values = switch (way) {
            case LOOPBACK -> measure(setup, contender, options, near(setup, readers), 0);
            case RELAY -> measure(setup, contender, options, relayed(setup), DELAY_MILLIS);
            case LINK -> {
                try (Link link = new Link(DELAY_MILLIS)) {
                    yield OverLink.measure(link, contender, readers, options);
                }
            }
        };
        return List.of(new Point(0, values));
    }

    private static Placing near(Setup setup, int readers) {
        return (server, bound) ->
                new BehindReaders(setup.address(), server.port(), setup.token(), readers, bound)::read;
    }

    private Placing relayed(Setup setup) {
        return (server, bound) -> {
            Relay relay = new Relay(setup.address(), server.port(), DELAY_MILLIS);
            BehindReaders behind = new BehindReaders(LoadClient.LOOPBACK, relay.port(), setup.token(), readers, bound);
            return new Readers() {
                @Override
                public Map<String, Double> read(String job, Duration patience, Duration after) {
                    return behind.read(job, patience, after);
                }

                @Override
                public void close() {
                    relay.close();
                }
            };
        };
    }

    /** The same at the server's end of a link. */
    static Map<String, Double> measureFar(Setup setup, Contender contender, Options options, Placing far) {
        return measure(setup, contender, options, far, DELAY_MILLIS);
    }

    /** @param delay how much later the readers get what is sent, in milliseconds, and so much higher is their bound */
    private static Map<String, Double> measure(
            Setup setup, Contender contender, Options options, Placing placing, int delay) {
        try (ServerProcess server = setup.start(contender).server();
                Readers warming = near(setup, 1).place(server, BOUND_MILLIS);
                Readers reading = placing.place(server, BOUND_MILLIS + delay)) {
            Map<String, Double> values =
                    new LinkedHashMap<>(WarmUp.run(List.of(server), options.warmUp(), () -> warmUp(setup, warming)));
            for (int i = 0; i < FAR_WARM_UPS; i++) {
                warmUp(setup, reading);
            }
            double cpuBefore = server.cpuSeconds();
            double residentBefore = server.residentKib() / 1024.0;
            double after = Math.min(AFTER_SECONDS, options.seconds());
            values.putAll(round(setup, reading, BehindReaders.PATIENCE, Duration.ofMillis(Math.round(after * 1000))));
            double delivered = values.getOrDefault("delivered", 1.0);
            values.put("cpuMicros", (server.cpuSeconds() - cpuBefore) * 1e6 / delivered);
            values.put("residentMib", server.residentKib() / 1024.0);
            values.put("residentGrowthMib", server.residentKib() / 1024.0 - residentBefore);
            return values;
        }
    }

    private static void warmUp(Setup setup, Readers readers) {
        Map<String, Double> unused = round(setup, readers, WARM_UP_PATIENCE, Duration.ZERO);
    }

    private static Map<String, Double> round(Setup setup, Readers readers, Duration patience, Duration after) {
        List<String> jobs = setup.newJobs(1);
        try (Feeder feeder = setup.feeder(jobs, SIZE)) {
            feeder.feed(EVENTS, Double.POSITIVE_INFINITY).join();
            LockSupport.parkNanos(AGE_NANOS);
            CompletableFuture<Void> fed = feeder.feed((long) RATE * MOST_SECONDS, RATE);
            try {
                return readers.read(jobs.get(0), patience, after);
            } finally {
                feeder.stop();
                fed.join();
            }
        }
    }
}
