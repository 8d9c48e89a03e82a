package dev.jobstream.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The command: measures scenarios, or makes a report of what was measured. */
public final class Benchmarks {

    private static final String USAGE = """
            java -jar benchmarks/target/benchmarks.jar <scenario>[,<scenario>…] [setting=value …]
            java -jar benchmarks/target/benchmarks.jar report <results.json> [<results.json> …]

            runs=5         how often each is measured
            seconds=10     how long a measurement at a steady rate takes
            warmup=180     the most seconds that a server is warmed up
            scale=1        multiplies clients and jobs; 0.05 for a trial
            servers=       comma-separated: what the servers' names begin with, such as jobstream,limit
            points=        of growth, comma-separated: the points to measure, such as 10x10,1x200
            valkey=        redis://host:port of one to use instead of starting one
            other=         the jar of another build of the standalone server, measured beside this one
            out=           the file to write instead of benchmarks/results/<date>.json

            """;

    private Benchmarks() {}

    public static void main(String[] args) throws IOException {
        List<String> arguments = List.of(args);
        if (arguments.isEmpty()) {
            System.out.print(USAGE);
            for (Scenario scenario : Scenarios.ALL) {
                System.out.printf("%-8s %s%n", scenario.name(), scenario.title());
            }
        } else if (arguments.get(0).equals("report")) {
            Report.write(
                    Results.read(arguments.stream().skip(1).map(Path::of).toList()),
                    Checkout.directory().resolve("docs"));
        } else {
            measure(Options.parse(arguments));
        }
    }

    /** Run by run, and in each the servers of a scenario one after the other, so that they share the machine's mood. */
    private static void measure(Options options) throws IOException {
        List<Scenario> scenarios = Scenarios.named(options.scenarios());
        Path given = options.out();
        Path file = given != null
                ? given
                : Checkout.directory()
                        .resolve("benchmarks/results")
                        .resolve(LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm")) + ".json");
        List<Results.Measurement> measured = new ArrayList<>();
        try (Setup setup = new Setup(options.valkey(), options.other())) {
            Results results = new Results(environment(setup, options), measured);
            for (int run = 1; run <= options.runs(); run++) {
                for (Scenario scenario : scenarios) {
                    System.out.printf("%n%s, run %d: %s%n", scenario.name(), run, scenario.title());
                    List<Contender> contenders = new ArrayList<>(setup.contenders().stream()
                            .filter(contender -> options.wants(contender) && scenario.suits(contender))
                            .toList());
                    // Nobody is always the first.
                    Collections.rotate(contenders, run - 1);
                    scenario.measure(setup, contenders, options, log(scenario, run, results, file));
                }
            }
        }
        System.out.println("\nWritten to " + file);
    }

    private static Scenario.Log log(Scenario scenario, int run, Results results, Path file) {
        return new Scenario.Log() {
            @Override
            public void measured(Contender contender, Scenario.Point point) {
                print(scenario, contender, point);
                add(contender, point.x(), point.values(), "");
            }

            @Override
            public void failed(Contender contender, double x, Exception why) {
                Object what = why instanceof NotRun ? why.getMessage() : "failed: " + why;
                System.out.printf("  %-14s %s%n", contender.name(), what);
                add(contender, x, Map.of(), String.valueOf(why.getMessage()));
            }

            private void add(Contender contender, double x, Map<String, Double> values, String failure) {
                results.measurements()
                        .add(new Results.Measurement(scenario.name(), x, contender.name(), run, values, failure));
                try {
                    results.write(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static void print(Scenario scenario, Contender contender, Scenario.Point point) {
        String values = point.values().entrySet().stream()
                .map(value -> value.getKey() + " " + Report.number(value.getValue()))
                .collect(Collectors.joining(", "));
        System.out.printf(
                Locale.ROOT,
                "  %-14s %s%s%n",
                contender.name(),
                point.x() == 0 ? "" : scenario.place(point.x()) + ": ",
                values);
    }

    private static Map<String, String> environment(Setup setup, Options options) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("date", LocalDateTime.now().toLocalDate().toString());
        environment.put("processor", processor());
        environment.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        environment.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("valkey", setup.valkey().version());
        environment.put("client", "JDK " + Runtime.version());
        environment.put("limit", setup.hasLimit() ? "compiled with cc -O2" : "left out: no C compiler");
        environment.put("runs", String.valueOf(options.runs()));
        environment.put("seconds", String.valueOf(options.seconds()));
        environment.put("warmUpAtMost", options.warmUp().toSeconds() + " s");
        environment.put("scale", String.valueOf(options.scale()));
        return environment;
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
