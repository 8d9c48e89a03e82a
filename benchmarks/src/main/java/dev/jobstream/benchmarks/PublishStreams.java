package dev.jobstream.benchmarks;

import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events that come in by HTTP: one a request, as in S7, against lines of bodies that go on for as long as they last. */
record PublishStreams(String name) implements OneByOne {

    static final String STREAMS = "a line each";

    private static final int PUBLISHERS = 200;
    private static final int LINES_PER_SECOND = 100;
    private static final String CPU = "cpuMicros";

    @Override
    public String title() {
        return "publishing by HTTP, an event a request and " + PUBLISHERS + " streams of " + LINES_PER_SECOND
                + " lines/s each";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender.isJobstream();
    }

    @Override
    public String place(double x) {
        return x == 0 ? "a request each" : STREAMS;
    }

    @Override
    public String placeName() {
        return "events";
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) throws IOException {
        try (ServerProcess server = setup.start(contender).server();
                Resp valkey = new Resp(setup.valkey().host(), setup.valkey().port())) {
            Map<String, Double> requests = Publish.measure(setup, server, valkey, 1, options);
            Map<String, Double> streams = measure(setup, server, valkey, options);
            streams.put(
                    Results.TIMES_FIRST, streams.getOrDefault(CPU, 0.0) / requests.getOrDefault(CPU, Double.MIN_VALUE));
            return List.of(new Point(0, requests), new Point(1, streams));
        }
    }

    private static Map<String, Double> measure(Setup setup, ServerProcess server, Resp valkey, Options options)
            throws IOException {
        int publishers = options.scaled(PUBLISHERS);
        List<String> warmUpJobs = setup.newJobs(publishers);
        Map<String, Double> values = new LinkedHashMap<>(
                WarmUp.run(List.of(server), options.warmUp(), () -> warmUp(setup, server, warmUpJobs)));
        List<String> jobs = setup.newJobs(publishers);
        long sent;
        long appended;
        try (StreamPublishers streams = new StreamPublishers(server.port(), setup.token(), jobs)) {
            double cpuBefore = server.cpuSeconds();
            MachineTime machineBefore = MachineTime.now();
            long begin = System.nanoTime();
            sent = streams.publish(LINES_PER_SECOND, Duration.ofMillis(Math.round(options.seconds() * 1000)));
            double seconds = (System.nanoTime() - begin) / 1e9;
            appended = streams.end();
            double cpu = server.cpuSeconds() - cpuBefore;
            values.put("events", (double) appended);
            values.put("eventsPerSecond", sent / seconds);
            values.put(CPU, cpu * 1e6 / Math.max(1, appended));
            values.put("idlePercent", 100 * MachineTime.now().idleSince(machineBefore));
            values.put("behindMs", streams.mostBehind() / 1e6);
            values.put("residentMib", server.residentKib() / 1024.0);
        }
        long journaled = 0;
        for (String job : jobs) {
            journaled += Publish.added(valkey, Feeder.key(job));
        }
        Publish.unlink(valkey, warmUpJobs);
        Publish.unlink(valkey, jobs);
        values.put("missingPercent", 100.0 * (sent - journaled) / Math.max(1, sent));
        return values;
    }

    private static void warmUp(Setup setup, ServerProcess server, List<String> jobs) {
        try (StreamPublishers streams = new StreamPublishers(server.port(), setup.token(), jobs)) {
            streams.publish(LINES_PER_SECOND, Duration.ofSeconds(1));
            long unused = streams.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
