package dev.jobstream.adapters.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.adapters.web.formats.FormatsFuzz;
import dev.jobstream.adapters.web.publishing.BodiesFuzz;
import dev.jobstream.adapters.web.publishing.EnvelopesFuzz;
import dev.jobstream.adapters.web.requests.RequestsFuzz;
import dev.jobstream.tools.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the fuzzer is given: in every build the seeds and some mutants of them; with the profile {@code fuzz}, as docs/reliability.md
 * has it, what Jazzer makes up, guided by what of the code it reaches.
 */
class FuzzTest {

    private static final int MUTANTS = 400;
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Path FILES = Path.of("target", "fuzz");
    private static final Pattern RUNS = Pattern.compile("stat::number_of_executed_units: *([0-9]+)");
    private static final Pattern REACHED = Pattern.compile("(?s).*cov: ([0-9]+) ft: ([0-9]+)");

    private enum Target {
        FORMATS(
                FormatsFuzz::fuzzerTestOneInput,
                FormatsFuzz.class,
                "\u0004step.output\n{\"chunk\":\"a\\r\\nb\u2028\\u0000</script>\\ud83d 🚀\"}\0\u0001job.progress\n{ \"a\" : [1.10,\r\n-0] }",
                "\u0002ai.tool_called\n{\"id\":\"9-9\",\"data\":\"x\\n\\nid: 1\"}\0\u0003gate.passed\nno JSON: \r\nevent: x\n\ndata: y",
                "\u0000stream.gap\n{}\0\u0001step.output\n{\"chunk\":7,\"chunk\":\"last\"}\0\u0000job.completed\n{}",
                "\u0001step.output\n{\"chunk\":22e44444444444,\"a\":0E99999999999}"),
        REQUESTS(
                RequestsFuzz::fuzzerTestOneInput,
                RequestsFuzz.class,
                "my-job\n1764064812391-0\n-\nstep.output,step.*\n100\nnow",
                "a.b_c-d\n-\n18446744073709551615-18446744073709551615\n-\n-\n-",
                "job\n\n\n\n10000\n-",
                "job\n-\n-\nai.tool_called,gate.*,job.completed,x1.*\n007\n-",
                "job\n01-0\n1-1\n*\n+5\nbeginning"),
        BODIES(
                BodiesFuzz::fuzzerTestOneInput,
                BodiesFuzz.class,
                " {\"event\":\"step.output\",\"data\":{\"chunk\":\"é🚀\"}}\n\r\n {\"event\":\"a.b\",\"data\":{}}\r\n",
                "0line\nno line end é🚀\u2028\r\n\0\u001b[31m\"\\",
                "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b🚀x",
                "0{\"event\":\"a.b\",\"data\":{}}\n x\n",
                "z{\"event\":\"a.b\",\"data\":{}}\n[]\n{\"event\":\"a.b\",\"data\":{\"a\":1}}"),
        ENVELOPES(
                EnvelopesFuzz::fuzzerTestOneInput,
                EnvelopesFuzz.class,
                "{\"event\":\"step.output\",\"data\":{\"chunk\":\"a\\u0000\"}}",
                " [ {\"id\":\"1-0\",\"prev\":\"0-0\",\"event\":\"a.b\",\"data\":{ }} ,\n{\"data\":{\"x\":[1e9,-0]},\"event\":\"c\",\"x\":[]}]",
                "{\"event\":\"stream.gap\",\"data\":{}}",
                "{\"\\u0065vent\":\"a.b\",\"data\":{\"a\":1},\"data\":{}}",
                "{\"event\":\"a.b\",\"data\":{\"x\":[0e88888888888888,2E-4444444444444,\"1e8\\u1e12345678\"]}}",
                "{\"event\":\"a.b\",\"data\":{\"x\":\"\\u1e1\u0436\"}}");

        private final Consumer<byte[]> code;
        private final Class<?> type;
        private final List<byte[]> seeds;

        Target(Consumer<byte[]> code, Class<?> type, String... seeds) {
            this.code = code;
            this.type = type;
            this.seeds =
                    List.of(seeds).stream().map(seed -> seed.getBytes(UTF_8)).toList();
        }
    }

    /** Bytes changed, left out, doubled and taken from elsewhere: the same ones each time. */
    private static byte[] mutant(byte[] seed, Random random) {
        byte[] mutant = seed.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(3)) {
                case 0 -> mutant[at] = (byte) random.nextInt(256);
                case 1 -> mutant[at] = mutant[random.nextInt(mutant.length)];
                default -> System.arraycopy(seed, at, mutant, 0, mutant.length - at);
            }
        }
        return mutant;
    }

    @ParameterizedTest
    @EnumSource
    void whatGoesInComesOutOfTheSeedsAndSomeMutants(Target target) {
        Random random = new Random(target.ordinal());
        target.code.accept(new byte[0]);
        for (byte[] seed : target.seeds) {
            target.code.accept(seed);
            for (int i = 0; i < MUTANTS; i++) {
                target.code.accept(mutant(seed, random));
            }
        }
    }

    @Test
    void aDifferenceIsFound() {
        assertThatThrownBy(() -> FuzzInput.same("in", "out")).isInstanceOf(AssertionError.class);
    }

    /** Until so many inputs were tried, or so many seconds have passed, or something is found: then the build says with what. */
    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = "jobstream.fuzz.runs", matches = "[0-9]+")
    void theFuzzerFindsNothing(Target target) throws Exception {
        String name = target.type.getSimpleName();
        Path corpus = Files.createDirectories(FILES.resolve(name));
        for (int i = 0; i < target.seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), target.seeds.get(i));
        }
        Path log = FILES.resolve(name + ".log");
        Files.deleteIfExists(log);
        long begin = System.nanoTime();
        try (ChildProcess jazzer = ChildProcess.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.type.getName(),
                        "--instrumentation_includes=dev.jobstream.domain.**:dev.jobstream.adapters.web.**",
                        "--reproducer_path=" + FILES,
                        "-artifact_prefix=" + FILES + "/" + name + "-",
                        "-print_final_stats=1",
                        "-max_len=1024",
                        "-rss_limit_mb=0", // The heap is limited.
                        "-runs=" + System.getProperty("jobstream.fuzz.runs"),
                        "-max_total_time=" + System.getProperty("jobstream.fuzz.seconds"),
                        corpus.toString()),
                log)) {
            Awaitility.await().atMost(LONGEST).until(() -> !jazzer.isAlive());
            int status = jazzer.awaitExit();
            String said = Files.readString(log);
            Matcher runs = RUNS.matcher(said);
            Matcher reached = REACHED.matcher(said);
            assertThat(status)
                    .as("%s: see %s; %s", name, log, said.substring(Math.max(0, said.length() - 3_000)))
                    .isZero();
            assertThat(runs.find() && reached.find()).as(said).isTrue();
            System.out.printf(
                    "%s: %s inputs in %d s, %s edges, %s features%n",
                    name,
                    runs.group(1),
                    (System.nanoTime() - begin) / 1_000_000_000,
                    reached.group(1),
                    reached.group(2));
        }
    }
}
