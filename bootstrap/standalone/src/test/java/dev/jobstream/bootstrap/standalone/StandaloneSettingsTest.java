package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.RawHttp;
import dev.jobstream.tools.SseClient;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jetty.server.AbstractConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/** A setting works, or the start is refused with a sentence that names it. */
@ExtendWith(OutputCaptureExtension.class)
class StandaloneSettingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spring.mvc.formcontent.filter.enabled=true | no body before it knows",
                "spring.servlet.multipart.enabled=true | no body before it knows",
                "spring.security.oauth2.resourceserver.opaquetoken.introspection-uri=http://localhost/x | JSON Web"
                        + " Tokens",
                "server.tomcat.threads.max=50 | runs on Jetty",
                "server.compression.additional-mime-types=text/event-stream | holds back",
                "server.undertow.io-threads=5 | runs on Jetty",
                "server.jetty.connection-idle-timeout=20s | jobstream.heartbeat",
                "server.jetty.connection-idle-timeout=20s | jobstream.stall-limit",
                "jobstream.development-token=true | public-key-location",
                "jobstream.max-event-size=5MB | 4",
                "jobstream.namespace=a b | namespace must have",
                "spring.security.oauth2.resourceserver.jwt.jws-algorithms=HS256 | jws-algorithms",
                "jobstream.heartbeat=0s | positive",
                "jobstream.head-timeout=0s | more than 0",
                "jobstream.stall-limit=0s | positive",
                "jobstream.drain=-1s | negative",
                "jobstream.linger=-1s | negative",
                "jobstream.sweep=-1s | negative",
                "jobstream.max-lifetime=-1s | negative",
                "jobstream.max-streams=0 | at least 1",
                "jobstream.quota.streams-per-job=-1 | negative",
                "jobstream.quota.streams-per-subject=-1 | negative",
                "jobstream.quota.opens-per-second=-1 | negative",
                "jobstream.quota.publishes-per-second=-1 | negative",
                "jobstream.quota.publish-bytes-per-second=-1B | negative",
                "jobstream.quota.lease=999ms | at least 1s",
                "jobstream.journal.max-events=0 | at least 1",
                "jobstream.journal.ttl=0s | at least 1",
                "jobstream.journal.end-ttl=0s | at least 1",
                "jobstream.max-event-size=1B | at least 2",
                "jobstream.memory.max-size=0B | at least 1",
            })
    void refusesTheStartAndSaysWhy(String setting, String why, CapturedOutput output) {
        String[] settings = setting.startsWith("jobstream.namespace")
                ? new String[] {setting, "jobstream.transport=valkey"}
                : new String[] {setting, "server.compression.enabled=true"};

        assertThatThrownBy(() -> RunningServer.start(settings).close()).isInstanceOf(RuntimeException.class);

        assertThat(output.getAll()).contains("APPLICATION FAILED TO START").contains(why);
        String name = setting.substring(0, setting.indexOf('='));
        assertThat(output.getAll()).contains(name.substring(name.lastIndexOf('.') + 1));
    }

    /** Each is good by itself; the start ends with a sentence that names both. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spring.lifecycle.timeout-per-shutdown-phase=9s | jobstream.heartbeat=1s | jobstream.drain, PT10S",
                "spring.lifecycle.timeout-per-shutdown-phase=1m | jobstream.drain=61s | jobstream.drain, PT1M1S",
            })
    void settingsThatDoNotGoTogetherEndTheStart(String setting, String other, String named, CapturedOutput output) {
        assertThatThrownBy(() -> start(setting, other)).isInstanceOf(RuntimeException.class);

        String name = setting.substring(0, setting.indexOf('=')).replace("[0]", "");
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("'" + name + "'")
                .contains(named);
    }

    /** Unlike {@link RunningServer#start}, without a word on the demo job. */
    private static void start(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:"
                        + RunningServer.MINT.publicKey()));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        JobstreamApplication.create().run(arguments.toArray(String[]::new)).close();
    }

    @Test
    void whatGoesTogetherStarts() {
        start("spring.lifecycle.timeout-per-shutdown-phase=10s");
        start("jobstream.drain=1m");
    }

    /** So that a test swaps it with this one property, whatever else is configured. */
    @Test
    void theTransportIsSwappedWithOneProperty() {
        for (String transport : List.of("memory", "valkey")) {
            start(
                    "jobstream.transport=" + transport,
                    "jobstream.demo=true",
                    "jobstream.memory.max-size=1MB",
                    "jobstream.namespace=a",
                    "spring.data.redis.host=localhost",
                    "spring.data.redis.port=1");
        }
    }

    /** Who reads the log need not be who may know it. */
    @ParameterizedTest
    @ValueSource(strings = {"spring.security.oauth2.resourceserver.opaquetoken.client-secret=hunter2"})
    void aSecretThatIsRefusedIsNotTold(String setting, CapturedOutput output) {
        assertThatThrownBy(() -> start(setting)).isInstanceOf(RuntimeException.class);

        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("'" + setting.substring(0, setting.indexOf('=')) + "'")
                .doesNotContain("hunter2");
    }

    @Test
    void anOperatorsIdleTimeoutIsTaken() {
        try (RunningServer server = RunningServer.start("server.jetty.connection-idle-timeout=90s")) {
            JettyWebServer jetty = (JettyWebServer) ((WebServerApplicationContext) server.context()).getWebServer();
            assertThat(jetty.getServer().getConnectors()[0])
                    .isInstanceOfSatisfying(
                            AbstractConnector.class,
                            connector -> assertThat(connector.getIdleTimeout())
                                    .isEqualTo(Duration.ofSeconds(90).toMillis()));
        }
    }

    /** What changes responses and requests in general must leave streams alone. */
    @Test
    void streamsComeEventByEventUnderSettingsForOtherResponses() throws Exception {
        try (RunningServer server = RunningServer.start(
                        "server.compression.enabled=true",
                        "server.compression.min-response-size=1",
                        "spring.mvc.async.request-timeout=100ms",
                        "server.forward-headers-strategy=framework",
                        "server.jetty.accesslog.enabled=false",
                        "jobstream.heartbeat=200ms");
                SseClient stream = server.watch("j", "Accept-Encoding: gzip");
                Socket text = RawHttp.send(
                        server.port(),
                        0,
                        "GET /runner-jobs/j/events/stream HTTP/1.1",
                        "Accept: text/plain",
                        "Accept-Encoding: gzip",
                        "Authorization: Bearer " + RunningServer.token())) {
            assertThat(RawHttp.head(text)).containsIgnoringCase("Content-Encoding: identity");
            for (int beats = 0; beats < 3; beats++) {
                stream.awaitComment();
            }
            for (int n = 0; n < 3; n++) {
                server.publisher().publish(new JobId("j"), NewEvent.of("step.output", "{\"n\":" + n + "}"));
                assertThat(stream.next().data()).isEqualTo("{\"n\":" + n + "}");
            }
            server.publisher().publish(new JobId("j"), NewEvent.of("step.output", "{\"chunk\":\"live\"}"));
            assertThat(text.getInputStream().readNBytes(7)).asString().isEqualTo("4\r\nlive");
            server.publisher().publish(new JobId("j"), NewEvent.of("job.completed", "{}"));
            assertThat(stream.toEnd()).hasSize(2);
        }
    }
}
