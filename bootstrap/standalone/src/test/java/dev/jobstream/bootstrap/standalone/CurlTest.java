package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the first users see: a real curl at the standalone server. */
class CurlTest {

    private static final Duration BEAT = Duration.ofSeconds(1);

    private static RunningServer server;

    private final String job = "job-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        server = RunningServer.start("jobstream.heartbeat=" + BEAT.toSeconds() + "s");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Process curl(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-sSN"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-H",
                "Authorization: Bearer " + RunningServer.token(),
                "http://127.0.0.1:" + server.port() + "/runner-jobs/" + job + "/events/stream"));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private void publish(String type, String json) {
        server.publisher().publish(new JobId(job), NewEvent.of(type, json));
    }

    /** The next line that is a comment. */
    private static void awaitComment(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(":")) {
            line = lines.readLine();
        }
        assertThat(line).isNotNull();
    }

    @Test
    void anIdleStreamBeats() throws Exception {
        Process curl = curl();
        try (BufferedReader lines = output(curl)) {
            awaitComment(lines); // of the first block
            long start = System.nanoTime();
            for (int i = 0; i < 4; i++) {
                awaitComment(lines);
            }
            Duration four = Duration.ofNanos(System.nanoTime() - start);
            assertThat(four).isBetween(BEAT.multipliedBy(3), BEAT.multipliedBy(6));
        } finally {
            curl.destroy();
        }
    }

    @Test
    void aBusyStreamDoesNotBeatAndCurlEndsWell() throws Exception {
        ScheduledExecutorService runner = Executors.newSingleThreadScheduledExecutor();
        Process curl = curl();
        try (BufferedReader lines = output(curl)) {
            awaitComment(lines); // of the first block
            List<Integer> left = new ArrayList<>(List.of(15));
            runner.scheduleAtFixedRate(
                    () -> {
                        int n = left.get(0);
                        left.set(0, n - 1);
                        if (n > 0) {
                            publish("step.output", "{\"left\":" + n + "}");
                        } else if (n == 0) {
                            publish("job.completed", "{}");
                        }
                    },
                    0,
                    200,
                    TimeUnit.MILLISECONDS);
            List<String> all = lines.lines().toList();
            assertThat(all).filteredOn(line -> line.startsWith("event:")).hasSize(16);
            assertThat(all).noneMatch(line -> line.startsWith(":"));
            assertThat(curl.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(curl.exitValue()).isZero();
        } finally {
            runner.shutdownNow();
            curl.destroy();
        }
    }

    @Test
    void headIsRefused() throws Exception {
        int before = server.streams().openStreams();
        Process curl = curl("--head");
        try (BufferedReader lines = output(curl)) {
            assertThat(lines.lines().toList())
                    .anyMatch(line -> line.startsWith("HTTP/1.1 405"))
                    .anyMatch(line -> line.equalsIgnoreCase("Allow: GET, POST"));
            assertThat(curl.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.streams().openStreams()).isLessThanOrEqualTo(before);
        } finally {
            curl.destroy();
        }
    }

    @Test
    void anEndedJobIsShownWholeAndCurlEndsWell() throws Exception {
        publish("job.started", "{}");
        publish("job.failed", "{}");
        Process curl = curl();
        try (BufferedReader lines = output(curl)) {
            assertThat(lines.lines().filter(line -> line.startsWith("event:")))
                    .containsExactly("event: job.started", "event: job.failed");
            assertThat(curl.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(curl.exitValue()).isZero();
        } finally {
            curl.destroy();
        }
    }
}
