package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.tools.SseClient;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What a newcomer gets from the standalone server without configuring anything. */
@ExtendWith(OutputCaptureExtension.class)
class DevelopmentTokenTest {

    private static final Pattern CURL = Pattern.compile(
            "curl -N -H \"(Authorization: Bearer \\S+)\" http://localhost:(\\d+)(/runner-jobs/demo/events/stream)");

    private static final Pattern LINK = Pattern.compile("http://localhost:(\\d+)/#job=demo&token=(\\S+)");

    @Test
    void theLoggedLinkLeadsToThePageWithTheSameToken(CapturedOutput output) throws Exception {
        try (ConfigurableApplicationContext context =
                JobstreamApplication.create().run("--server.port=0")) {
            Matcher curl = CURL.matcher(output.getOut());
            Matcher link = LINK.matcher(output.getOut());
            assertThat(curl.find()).isTrue();
            assertThat(link.find()).isTrue();
            assertThat(curl.group(1)).isEqualTo("Authorization: Bearer " + link.group(2));
            try (SseClient page = SseClient.get(Integer.parseInt(link.group(1)), "/", Duration.ofSeconds(30))) {
                assertThat(page.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void theLoggedCurlShowsTheDemoJob(CapturedOutput output) throws Exception {
        try (ConfigurableApplicationContext context =
                JobstreamApplication.create().run("--server.port=0")) {
            Matcher curl = CURL.matcher(output.getOut());
            assertThat(curl.find()).isTrue();
            List<SseClient.Event> events;
            try (SseClient client = SseClient.get(
                    Integer.parseInt(curl.group(2)), curl.group(3), Duration.ofSeconds(30), curl.group(1))) {
                events = client.until(event -> event.type().equals("step.started"));
            }
            assertThat(events)
                    .extracting(SseClient.Event::type)
                    .containsExactly("job.created", "job.queued", "job.started", "step.started");
        }
    }

    @Test
    void theDemoJobIsABuildThatEndsWell() {
        List<DemoScript.Line> lines = DemoScript.of(List.of("demo-1"));
        assertThat(lines)
                .extracting(line -> line.event().type().name())
                .startsWith("job.created", "job.queued", "job.started")
                .contains("step.failed", "step.skipped", "gate.passed", "ai.tokens_used", "job.progress")
                .endsWith("step.completed", "job.completed");
        assertThat(lines.stream().mapToLong(line -> line.pause().toMillis()).sum())
                .isBetween(30_000L, 50_000L);
    }

    @Test
    void theDemoJobCanBeTurnedOff() {
        try (ConfigurableApplicationContext context =
                JobstreamApplication.create().run("--server.port=0", "--jobstream.demo=false")) {
            assertThat(context.getBeansOfType(DemoJob.class)).isEmpty();
        }
    }

    @Test
    void onValkeyThereIsNoDevelopmentTokenUnlessAskedFor() {
        assertThatThrownBy(() -> JobstreamApplication.create().run("--server.port=0", "--jobstream.transport=valkey"))
                .hasStackTraceContaining("issuer-uri");
    }
}
