package dev.jobstream.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says.
 *
 * @param scenarios the names of those to run
 * @param runs how often each is run, at least 1
 * @param seconds how long a measurement at a steady rate takes
 * @param warmUp how long a server is warmed up at most; it ends before when the JIT compiler is quiet
 * @param scale what the numbers of clients, and with them those of jobs, are multiplied by; for trial runs
 * @param servers what the names of the servers to measure begin with; empty for all
 * @param points of the growth scenario, the names of those to measure; empty for all
 * @param valkey the URL of a Valkey to use; {@code null} to start one
 * @param other the jar of another build of the standalone server, to be measured too; {@code null} for none
 * @param out the file to write; {@code null} for one with today's date
 */
record Options(
        List<String> scenarios,
        int runs,
        double seconds,
        Duration warmUp,
        double scale,
        List<String> servers,
        List<String> points,
        @Nullable String valkey,
        @Nullable Path other,
        @Nullable Path out) {

    private static final Set<String> KNOWN =
            Set.of("runs", "seconds", "warmup", "scale", "servers", "points", "valkey", "other", "out");

    /** @throws IllegalArgumentException if an argument is not understood */
    static Options parse(List<String> arguments) {
        List<String> scenarios = new ArrayList<>();
        Map<String, String> settings = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                scenarios.addAll(List.of(argument.split(",")));
            } else if (KNOWN.contains(argument.substring(0, equals))) {
                settings.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                throw new IllegalArgumentException("unknown setting: " + argument);
            }
        }
        String other = settings.get("other");
        String out = settings.get("out");
        return new Options(
                scenarios,
                Integer.parseInt(settings.getOrDefault("runs", "5")),
                Double.parseDouble(settings.getOrDefault("seconds", "10")),
                Duration.ofSeconds(Long.parseLong(settings.getOrDefault("warmup", "180"))),
                Double.parseDouble(settings.getOrDefault("scale", "1")),
                list(settings, "servers"),
                list(settings, "points"),
                settings.get("valkey"),
                other == null ? null : Path.of(other).toAbsolutePath(),
                out == null ? null : Path.of(out));
    }

    private static List<String> list(Map<String, String> settings, String name) {
        String value = settings.getOrDefault(name, "");
        return value.isEmpty() ? List.of() : List.of(value.split(","));
    }

    /** A number of clients or jobs, at this scale. */
    int scaled(int number) {
        return (int) Math.max(1, Math.round(number * scale));
    }

    boolean wants(Contender contender) {
        return servers.isEmpty() || servers.stream().anyMatch(contender.name()::startsWith);
    }
}
