package dev.jobstream.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps servers busy until their JIT compilers have nothing left to do: a figure before that is the compiler's. */
final class WarmUp {

    /** At a low rate it takes long until a method has been called often enough for the next compiler. */
    private static final long WINDOW_NANOS = 10_000_000_000L;

    private static final long LEAST_NANOS = 30_000_000_000L;

    /** The part of a core below which the compilers of all servers count as quiet. */
    private static final double QUIET = 0.02;

    private static final Duration WITHOUT_COMPILER = Duration.ofSeconds(2);

    private WarmUp() {}

    /**
     * Repeats a step.
     *
     * @param step some work for the servers, of about a second
     * @param atMost when to go on though the compilers are not quiet
     * @return what to note of it
     */
    static Map<String, Double> run(List<ServerProcess> servers, Duration atMost, Runnable step) {
        boolean java = servers.stream().anyMatch(ServerProcess::isJava);
        long limit = java ? atMost.toNanos() : Math.min(atMost.toNanos(), WITHOUT_COMPILER.toNanos());
        long begin = System.nanoTime();
        boolean quiet = !java;
        while (System.nanoTime() - begin < limit && !(java && quiet && System.nanoTime() - begin >= LEAST_NANOS)) {
            Map<String, Double> before = compilers(servers);
            long windowBegin = System.nanoTime();
            while (System.nanoTime() - windowBegin < Math.min(WINDOW_NANOS, limit)) {
                step.run();
            }
            double seconds = (System.nanoTime() - windowBegin) / 1e9;
            quiet = used(before, compilers(servers)) / seconds < QUIET;
        }
        Map<String, Double> notes = new LinkedHashMap<>();
        notes.put("warmUpSeconds", (System.nanoTime() - begin) / 1e9);
        notes.put("jitQuiet", quiet ? 1.0 : 0.0);
        return notes;
    }

    private static Map<String, Double> compilers(List<ServerProcess> servers) {
        Map<String, Double> all = new HashMap<>();
        for (ServerProcess server : servers) {
            server.compilerSeconds().forEach((thread, time) -> all.put(server.port() + "/" + thread, time));
        }
        return all;
    }

    private static double used(Map<String, Double> before, Map<String, Double> after) {
        double sum = 0;
        for (Map.Entry<String, Double> thread : after.entrySet()) {
            sum += thread.getValue() - before.getOrDefault(thread.getKey(), 0.0);
        }
        return sum;
    }
}
