package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.bootstrap.autoconfigure.StreamProperties;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Boot's settings, one by one: each is known, and works on the standalone server or is refused. */
class BootSettingsTest {

    private static final List<String> PREFIXES = List.of(
            "server.",
            "management.server.",
            "management.endpoints.web.",
            "management.endpoint.health.",
            "spring.mvc.",
            "spring.servlet.",
            "spring.security.oauth2.resourceserver.");

    /** Containers that are on the class path of the tests only: refused as a whole. */
    private static final List<String> OTHER_CONTAINERS =
            List.of("server.tomcat.", "server.undertow.", "server.netty.", "management.server.tomcat.");

    private record Setting(String name, String verdict, String value) {}

    private static List<Setting> table() throws IOException {
        try (InputStream in = BootSettingsTest.class.getResourceAsStream("boot-settings.txt")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" \\| ?", -1))
                    .map(parts -> new Setting(parts[0], parts[1].strip(), parts.length > 2 ? parts[2] : ""))
                    .toList();
        }
    }

    /** What the metadata on the class path has; not what Boot itself no longer takes. */
    private static Set<String> known() throws IOException {
        Set<String> names = new TreeSet<>();
        JsonMapper json = JsonMapper.builder().build();
        for (URL metadata : Collections.list(
                BootSettingsTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream in = metadata.openStream()) {
                for (JsonNode property : json.readTree(in).get("properties")) {
                    String name = property.get("name").asString();
                    JsonNode level = property.path("deprecation").path("level");
                    if (PREFIXES.stream().anyMatch(name::startsWith)
                            && OTHER_CONTAINERS.stream().noneMatch(name::startsWith)
                            && !"error".equals(level.asString(""))) {
                        names.add(name);
                    }
                }
            }
        }
        return names;
    }

    @Test
    void everySettingIsInTheTable() throws IOException {
        assertThat(table())
                .extracting(Setting::name)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(known());
        assertThat(table()).extracting(Setting::verdict).containsOnly("works", "refused", "passed");
    }

    @Test
    void whatIsRefusedIsNamed() throws IOException {
        for (Setting setting : table()) {
            if (setting.verdict.equals("refused")) {
                StandardEnvironment environment = new StandardEnvironment();
                Map<String, Object> set = new HashMap<>(Map.of(setting.name, setting.value));
                set.put("server.compression.enabled", true);
                environment.getPropertySources().addFirst(new MapPropertySource("test", set));
                Binder binder = Binder.get(environment);
                StreamProperties properties = binder.bindOrCreate("jobstream", StreamProperties.class);
                StandaloneProperties own = binder.bindOrCreate("jobstream", StandaloneProperties.class);

                assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
                        .as(setting.name)
                        .isThrownBy(() -> StandaloneSettings.check(environment, properties, own))
                        .satisfies(e -> assertThat(e.getName()).isEqualTo(setting.name));
            }
        }
    }

    @Test
    void whatWorksLeavesStreamsAndAllElseAlone() throws Exception {
        Map<String, String> settings = new TreeMap<>();
        for (Setting setting : table()) {
            if (setting.verdict.equals("works") && !setting.value.startsWith("{")) {
                settings.put(setting.name, setting.value);
            }
        }
        settings.remove("server.port"); // Each server of these tests has it.
        settings.put("server.servlet.context-parameters.a", "b");
        settings.put("jobstream.heartbeat", "200ms");
        settings.put(
                "spring.security.oauth2.resourceserver.jwt.public-key-location",
                "file:" + RunningServer.MINT.publicKey());
        String token = RunningServer.token(claims -> claims.audience("jobs"));
        String authorization = "Authorization: Bearer " + token;
        String path = "/jobs/api/runner-jobs/j/events";
        try (RunningServer server = RunningServer.startTrusting(settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toArray(String[]::new));
                SseClient stream = SseClient.get(
                        server.port(),
                        path + "/stream",
                        RunningServer.PATIENCE,
                        authorization,
                        "Accept-Encoding: gzip");
                WsClient socket = WsClient.open(server.port(), path + "/ws", authorization)) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Server")).containsExactly("runner-events");
            for (int beats = 0; beats < 3; beats++) { // Longer than the timeout of other asynchronous requests.
                stream.awaitComment();
            }
            server.publisher().publish(new JobId("j"), NewEvent.of("step.output", "{\"n\":1}"));
            assertThat(stream.next().data()).isEqualTo("{\"n\":1}");
            assertThat(socket.next()).contains("\"n\":1");

            String base = "http://127.0.0.1:" + server.port();
            assertThat(status(base + path, token, "{\"event\":\"job.completed\",\"data\":{}}"))
                    .isEqualTo(201);
            assertThat(stream.toEnd()).hasSize(1);
            assertThat(socket.toEnd()).hasSize(1);
            assertThat(status(base + path, token, null)).isEqualTo(200);
            assertThat(status(base + path, RunningServer.token(), null))
                    .as("another audience")
                    .isEqualTo(401);
            assertThat(status(base + "/jobs/api/ops/health", null, null)).isEqualTo(200);
            assertThat(overHttp2(base + "/jobs/api/runner-jobs/k/events/stream", token))
                    .startsWith("retry: ");
        }
    }

    private static int status(String uri, String token, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).version(HttpClient.Version.HTTP_1_1);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The first block of a stream. */
    private static String overHttp2(String uri, String token) throws Exception {
        HttpResponse<InputStream> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(uri))
                                .version(HttpClient.Version.HTTP_2)
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        try (InputStream body = response.body()) {
            return new String(body.readNBytes(20), UTF_8);
        }
    }
}
