package dev.jobstream.benchmarks;

import dev.jobstream.benchmarks.Behind.Way;
import dev.jobstream.benchmarks.FanOut.At;
import dev.jobstream.benchmarks.FanOut.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;

/** All that can be measured. */
final class Scenarios {

    private static final double AT_ONCE = Double.POSITIVE_INFINITY;
    private static final int SIZE = 120;

    static final List<Scenario> ALL = List.of(
            one("S1", "1 job, 1,000 clients, 50 events/s", Load.steady(1, 1_000, 50, SIZE)),
            one("S1b", "1 job, 1,000 clients, 100 events/s", Load.steady(1, 1_000, 100, SIZE)),
            one("S2", "1,000 jobs with a client each, 5,000 events/s in all", Load.steady(1_000, 1_000, 5_000, SIZE)),
            one("S3", "5,000 events at once to 200 clients", new Load(1, 200, AT_ONCE, 5_000, SIZE, 0, 1)),
            new Idle("S4", 10_000, 10_000),
            new Idle("S4b", 10_000, 100),
            one(
                    "S5",
                    "100 clients, of which 10 never read, 1,000 events of 8,000 bytes at 100/s",
                    new Load(1, 100, 100, 1_000, 8_000, 10, 1)),
            new Resume("S6", 10_000, 1_000),
            new Publish("S7", List.of(1, 100)),
            new Startup("S8", false),
            new Startup("S8u", true),
            new Behind(
                    "S9",
                    "3 readers, 16 MB behind a job that goes on with 360 events/s of 8,000 bytes",
                    3,
                    Way.LOOPBACK),
            new Behind("S9b", "one such reader over a link with 100 ms of delay", 1, Way.LINK),
            new Behind("S9r", "the same through a relay that delays instead of a link", 1, Way.RELAY),
            new Filtered("S10"),
            new PublishStreams("S11"),
            curve(
                    "clients",
                    "clients on one job, 20,000 deliveries/s in all; x: clients",
                    clients -> Load.steady(1, (int) clients, 20_000 / clients, SIZE),
                    100,
                    300,
                    1_000,
                    2_000,
                    4_000),
            curve(
                    "jobs",
                    "jobs with a client each, 2,000 events/s in all; x: jobs",
                    jobs -> Load.steady((int) jobs, (int) jobs, 2_000, SIZE),
                    1,
                    10,
                    100,
                    500,
                    2_000),
            curve(
                    "rate",
                    "1 job, 500 clients; x: events/s",
                    rate -> Load.steady(1, 500, rate, SIZE),
                    5,
                    10,
                    25,
                    50,
                    100),
            curve(
                    "size",
                    "1 job, 100 clients, 25 events/s; x: bytes of data an event",
                    size -> Load.steady(1, 100, 25, (int) size),
                    100,
                    1_000,
                    8_000,
                    64_000),
            curve(
                    "nodes",
                    "1 job, 1,000 clients, 20 events/s; x: servers that share the clients",
                    nodes -> new Load(1, 1_000, 20, 0, SIZE, 0, (int) nodes),
                    1,
                    2),
            Growth.matrix());

    private Scenarios() {}

    private static Scenario one(String name, String title, Load load) {
        return new FanOut(name, title, true, List.of(new At(0, load)));
    }

    private static Scenario curve(String name, String title, DoubleFunction<Load> load, double... places) {
        return new FanOut(
                name,
                title,
                false,
                DoubleStream.of(places).mapToObj(x -> new At(x, load.apply(x))).toList());
    }

    /** What a place on a scenario's curve is called. */
    static String place(String scenario, double x) {
        return ALL.stream()
                .filter(one -> one.name().equals(scenario))
                .findFirst()
                .map(one -> one.place(x))
                .orElse("");
    }

    /**
     * Those of these names, in our order.
     *
     * @param names names, or {@code all}; none for all
     * @throws IllegalArgumentException if there is no such scenario
     */
    static List<Scenario> named(List<String> names) {
        if (names.isEmpty() || names.contains("all")) {
            return ALL;
        }
        List<String> unknown = new ArrayList<>(names);
        ALL.forEach(scenario -> unknown.remove(scenario.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no scenario " + unknown + "; there are "
                    + ALL.stream().map(Scenario::name).toList());
        }
        return ALL.stream().filter(scenario -> names.contains(scenario.name())).toList();
    }
}
