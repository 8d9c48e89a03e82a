package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.bootstrap.autoconfigure.PageProperties;
import dev.jobstream.bootstrap.autoconfigure.PublishProperties;
import dev.jobstream.bootstrap.autoconfigure.QuotaProperties;
import dev.jobstream.bootstrap.autoconfigure.RetryProperties;
import dev.jobstream.bootstrap.autoconfigure.StreamProperties;
import dev.jobstream.bootstrap.autoconfigure.TicketProperties;
import dev.jobstream.bootstrap.autoconfigure.TokenProperties;
import dev.jobstream.bootstrap.autoconfigure.TransportProperties;
import dev.jobstream.bootstrap.autoconfigure.ValkeyProperties;
import dev.jobstream.bootstrap.autoconfigure.WebProperties;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an IDE knows of the settings. */
class SettingsMetadataTest {

    /** Those of a module, by their names. */
    private static Map<String, JsonNode> properties(Class<?> oneOfTheModule) throws IOException {
        Map<String, JsonNode> properties = new TreeMap<>();
        // Of the build, not of Spring Boot, whose jars have files of the same name.
        URL location = oneOfTheModule.getProtectionDomain().getCodeSource().getLocation();
        String file = "META-INF/spring-configuration-metadata.json";
        URL metadata = location.getPath().endsWith(".jar")
                ? new URL("jar:" + location + "!/" + file)
                : new URL(location, file);
        try (InputStream in = metadata.openStream()) {
            for (JsonNode property : JsonMapper.shared().readTree(in).get("properties")) {
                String name = property.get("name").asString();
                if (name.startsWith("jobstream.")) { // Boot adds those of an endpoint.
                    properties.put(name, property);
                }
            }
        }
        return properties;
    }

    private static Map<String, JsonNode> properties() throws IOException {
        Map<String, JsonNode> properties = properties(StreamProperties.class);
        properties.putAll(properties(StandaloneProperties.class));
        return properties;
    }

    private static void collect(String prefix, Class<?> record, Map<String, Class<?>> names) {
        for (RecordComponent component : record.getRecordComponents()) {
            String name =
                    prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                collect(name + ".", component.getType(), names);
            } else {
                names.put(name, component.getType());
            }
        }
    }

    @Test
    void everySettingHasATypeADefaultAndADescription() throws IOException {
        Map<String, Class<?>> settings = new TreeMap<>();
        collect("jobstream.", StreamProperties.class, settings);
        collect("jobstream.", WebProperties.class, settings);
        collect("jobstream.", TransportProperties.class, settings);
        collect("jobstream.", StandaloneProperties.class, settings);
        collect("jobstream.page.", PageProperties.class, settings);
        collect("jobstream.publish.", PublishProperties.class, settings);
        collect("jobstream.publish.retry.", RetryProperties.class, settings);
        collect("jobstream.quota.", QuotaProperties.class, settings);
        collect("jobstream.token.", TokenProperties.class, settings);
        collect("jobstream.ticket.", TicketProperties.class, settings);
        collect("jobstream.valkey.", ValkeyProperties.class, settings);
        Map<String, JsonNode> properties = properties();
        assertThat(new TreeSet<>(properties.keySet())).isEqualTo(new TreeSet<>(settings.keySet()));

        settings.forEach((name, type) -> {
            JsonNode property = properties.get(name);
            Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
            assertThat(property.path("type").asString()).as(name).startsWith(boxed.getName());
            assertThat(property.path("description").asString(""))
                    .as(name)
                    .endsWith(".")
                    .hasSizeGreaterThan(20);
            if (type != List.class) { // None, as its description says.
                assertThat(property.path("defaultValue").asString("")).as(name).isNotEmpty();
            }
        });
    }

    @Test
    void theDefaultsAreThoseThatScriptsRelyOn() throws IOException {
        Map<String, JsonNode> properties = properties();
        Map.of(
                        "jobstream.heartbeat", "15s",
                        "jobstream.stall-limit", "30s",
                        "jobstream.drain", "10s",
                        "jobstream.linger", "10s",
                        "jobstream.journal.ttl", "24h")
                .forEach((name, expected) -> assertThat(DurationStyle.detectAndParse(
                                properties.get(name).get("defaultValue").asString()))
                        .as(name)
                        .isEqualTo(DurationStyle.detectAndParse(expected)));
        assertThat(properties
                        .get("jobstream.journal.max-events")
                        .get("defaultValue")
                        .asInt())
                .isEqualTo(10_000);
        assertThat(DataSize.parse(properties
                        .get("jobstream.max-event-size")
                        .get("defaultValue")
                        .asString()))
                .isEqualTo(DataSize.ofKilobytes(256));
    }
}
