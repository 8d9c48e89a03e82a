package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.FanOut.Load;
import dev.jobstream.benchmarks.LoadClient.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From one client of one job to many of both. One process of each server goes through all points, and they take turns
 * point by point: so they have been warmed by the same loads, and a ratio is of two measurements that follow each other.
 *
 * @param points those of the matrix; a place is their number, counted from 1, so that a new one comes last
 */
record Growth(List<At> points) implements Scenario {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(1);
    private static final double WARM_UP_SECONDS = 3;
    private static final double FIRST_SECONDS = 1;
    private static final int SIZE = 120;
    private static final int AT_ONCE = 128;

    /** Descriptors that come and go by themselves. */
    private static final int LEEWAY = 20;

    /**
     * A point of the matrix.
     *
     * @param name jobs and clients of each, such as {@code 10x1}, and the bytes of data where several points differ by them
     */
    record At(String name, Load load) {

        /** Whether it is meant by this name, which may leave out the bytes. */
        boolean isMeantBy(String other) {
            return name.equals(other) || name.startsWith(other + "-");
        }
    }

    static Growth matrix() {
        return new Growth(List.of(
                at(1, 1, 1_000),
                at(10, 1, 5_000),
                at(1_000, 1, 5_000),
                at(4_000, 1, 5_000),
                at(10, 10, 500),
                at(100, 10, 500),
                at(1, 100, 500),
                sized(200, 50, 120),
                sized(200, 50, 1_000),
                sized(200, 50, 8_000),
                at(1, 300, 150),
                at(1, 1_000, 50),
                at(1, 4_000, 12),
                at(1, 10_000, 5)));
    }

    private static At at(int jobs, int each, double rate) {
        return new At(jobs + "x" + each, Load.steady(jobs, jobs * each, rate, SIZE));
    }

    private static At sized(int clients, double rate, int size) {
        return new At("1x" + clients + "-" + size, Load.steady(1, clients, rate, size));
    }

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String title() {
        return "jobs x clients of each, events/s over all jobs";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender.isJobstream() || contender.kind() == Contender.Kind.LIMIT;
    }

    @Override
    public String place(double x) {
        return x < 1 || x > points.size() ? Scenario.super.place(x) : points.get((int) x - 1).name;
    }

    @Override
    public String placeName() {
        return "jobs x clients";
    }

    @Override
    public void measure(Setup setup, List<Contender> contenders, Options options, Log log) {
        List<At> wanted = wanted(options.points());
        Map<Contender, ServerProcess> servers = new LinkedHashMap<>();
        try {
            for (Contender contender : contenders) {
                try {
                    servers.put(contender, setup.start(contender).server());
                } catch (IllegalStateException e) {
                    log.failed(contender, 0, e);
                }
            }
            double warmUp = Math.min(WARM_UP_SECONDS, options.warmUp().toMillis() / 1000.0 / points.size());
            if (warmUp > 0) {
                // Over all points, also where few are wanted: what is warm must not depend on what is asked.
                pass(setup, servers, points, options, warmUp, new Discarding(log));
            }
            pass(setup, servers, wanted, options, options.seconds(), log);
        } finally {
            servers.values().forEach(ServerProcess::close);
        }
    }

    /** @throws IllegalArgumentException if there is no such point */
    List<At> wanted(List<String> names) {
        for (String name : names) {
            if (points.stream().noneMatch(at -> at.isMeantBy(name))) {
                throw new IllegalArgumentException("no point " + name + "; there are "
                        + points.stream().map(At::name).toList());
            }
        }
        return points.stream()
                .filter(at -> names.isEmpty() || names.stream().anyMatch(at::isMeantBy))
                .toList();
    }

    private void pass(
            Setup setup,
            Map<Contender, ServerProcess> servers,
            List<At> wanted,
            Options options,
            double seconds,
            Log log) {
        List<Contender> turns = new ArrayList<>(servers.keySet());
        for (At at : wanted) {
            for (Contender contender : turns) {
                ServerProcess server = servers.get(contender);
                int x = points.indexOf(at) + 1;
                if (server != null && server.isAlive()) {
                    try {
                        log.measured(contender, new Point(x, measure(setup, server, at.load.scaled(options), seconds)));
                    } catch (RuntimeException e) {
                        log.failed(contender, x, e);
                    }
                } else {
                    log.failed(contender, x, new IllegalStateException("it has ended"));
                }
            }
            Collections.rotate(turns, 1);
        }
    }

    private static Map<String, Double> measure(Setup setup, ServerProcess server, Load load, double seconds) {
        int descriptors = server.descriptors();
        List<String> jobs = setup.newJobs(load.jobs());
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < load.clients(); i++) {
            targets.add(Target.watch(server.port(), jobs.get(i % jobs.size()), setup.token(), null, false));
        }
        try (LoadClient client = new LoadClient();
                Feeder feeder = setup.feeder(jobs, load.size())) {
            int readers = client.open(targets, AT_ONCE, PATIENCE);
            client.pollUntil(() -> false, SETTLE);
            // What the first events of a job set up is no part of a steady rate.
            Deliveries.feed(client, feeder, load.rounds(Math.min(FIRST_SECONDS, seconds)), load, readers);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("askedPerSecond", load.rate());
            values.put("dataBytes", (double) load.size());
            values.put("jobs", (double) load.jobs());
            values.put("clients", (double) readers);
            values.put("refused", (double) client.counts().refused());
            values.put("refusalStatus", (double) client.counts().refusal());
            values.putAll(Deliveries.measure(client, feeder, List.of(server), load, seconds, readers));
            client.closeAll();
            // A write finds out at once who has gone, for which a heartbeat may take its time: the next server must not
            // pay.
            feeder.feed(1, Double.POSITIVE_INFINITY).join();
            client.pollUntil(() -> server.descriptors() <= descriptors + LEEWAY, LoadClient.NOTICED);
            return values;
        }
    }

    /** Passes on only what failed. */
    private record Discarding(Log log) implements Log {

        @Override
        public void measured(Contender contender, Point point) {}

        @Override
        public void failed(Contender contender, double x, Exception why) {
            log.failed(contender, x, why);
        }
    }
}
