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

    @Test
    void theLoggedCurlShowsTheLifeOfTheDemoJob(CapturedOutput output) throws Exception {
        try (ConfigurableApplicationContext context =
                JobstreamApplication.create().run("--server.port=0")) {
            Matcher curl = CURL.matcher(output.getOut());
            assertThat(curl.find()).isTrue();
            List<SseClient.Event> events;
            try (SseClient client = SseClient.get(
                    Integer.parseInt(curl.group(2)), curl.group(3), Duration.ofSeconds(30), curl.group(1))) {
                events = client.toEnd();
            }
            assertThat(events).extracting(SseClient.Event::type).startsWith("job.created", "job.started");
            assertThat(events).extracting(SseClient.Event::type).contains("step.output", "gate.passed");
            assertThat(events.get(events.size() - 1).type()).isEqualTo("job.completed");
        }
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
