package dev.jobstream.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Readers behind, over a {@link Link}. A process has one network namespace, so there are three: this one makes the link; one
 * at its server's end has Valkey, feeder and server, and measures; and that one starts the readers at the client's end.
 */
final class OverLink {

    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, Double>> FIGURES = new TypeReference<>() {};

    private OverLink() {}

    static Map<String, Double> measure(Link link, Contender contender, int readers, Options options) {
        Process process = start(
                link.atServer(),
                OverLink.class,
                link.client(),
                contender.name(),
                String.valueOf(readers),
                "warmup=" + options.warmUp().toSeconds(),
                "seconds=" + options.seconds());
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String last = "";
            String line;
            while ((line = out.readLine()) != null) {
                last = line;
            }
            if (process.waitFor() != 0) {
                throw new IllegalStateException("the server's end of the link failed: " + last);
            }
            return JSON.readValue(last, FIGURES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** At the server's end: the client's namespace, the server's name, how many readers, and options. */
    public static void main(String[] args) throws IOException {
        try (Setup setup = new Setup(null, null, Link.SERVER_ADDRESS)) {
            Contender contender = setup.contenders().stream()
                    .filter(one -> one.name().equals(args[1]))
                    .findFirst()
                    .orElseThrow();
            Options options = Options.parse(Arrays.asList(args).subList(3, args.length));
            Map<String, Double> values = Behind.measureFar(
                    setup, contender, options, (server, bound) -> new Far(setup, server, args[0], args[2], bound));
            System.out.println(JSON.writeValueAsString(values));
        }
    }

    /** The readers at the client's end. */
    private static final class Far implements Behind.Readers {

        private final Process process;
        private final BufferedReader answers;
        private final Writer questions;

        Far(Setup setup, ServerProcess server, String namespace, String readers, int bound) {
            process = start(
                    Link.at(namespace),
                    BehindReaders.class,
                    setup.address(),
                    String.valueOf(server.port()),
                    readers,
                    String.valueOf(bound));
            answers = process.inputReader(StandardCharsets.UTF_8);
            questions = process.outputWriter(StandardCharsets.UTF_8);
            say(setup.token());
        }

        private void say(String line) {
            try {
                questions.write(line + "\n");
                questions.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Map<String, Double> read(String job, Duration patience, Duration after) {
            say(job + " " + patience.toMillis() + " " + after.toMillis());
            try {
                String answer = answers.readLine();
                if (answer == null) {
                    throw new IllegalStateException("the client's end of the link has ended");
                }
                return JSON.readValue(answer, FIGURES);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    private static Process start(List<String> where, Class<?> program, String... args) {
        List<String> command = new ArrayList<>(where);
        command.addAll(List.of(Jdk.running().tool("java"), "-cp", Checkout.classPath(), program.getName()));
        command.addAll(List.of(args));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // Ends with us, however we end.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
