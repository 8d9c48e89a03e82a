package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The packaged server says what it is made of. */
class SbomIT {

    private static final String LIBRARIES = "BOOT-INF/lib/";
    /** A row that begins with the coordinates and the version. */
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([\\w.]+):([\\w.-]+)` \\| ([\\w.]+) \\|");

    @BeforeAll
    static void isMadeOnlineOnly() {
        assumeFalse("offline=true".equals(System.getProperty("jobstream.maven")), "Maven makes no SBOM offline");
    }

    @Test
    void namesWhatIsInTheJarAndNothingElse() throws IOException {
        try (JarFile jar = new JarFile("target/jobstream.jar")) {
            List<String> libraries = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
                    .map(name -> name.substring(LIBRARIES.length()))
                    // Spring Boot's plugin adds it itself, for "extract".
                    .filter(name -> !name.startsWith("spring-boot-jarmode-tools"))
                    .toList();

            assertThat(components(jar))
                    // Spring Boot's plugin leaves them out: they only bring others.
                    .filteredOn(component -> !component.get("name").asString().startsWith("spring-boot-starter"))
                    .map(component -> component.get("name").asString() + "-"
                            + component.get("version").asString() + ".jar")
                    .containsExactlyInAnyOrderElementsOf(libraries);
        }
    }

    @Test
    void namesTheWebServerWithItsVersion() throws IOException {
        try (JarFile jar = new JarFile("target/jobstream.jar")) {
            assertThat(components(jar))
                    .map(component -> component.get("purl").asString())
                    .contains("pkg:maven/org.eclipse.jetty/jetty-server@" + Server.getVersion() + "?type=jar");
        }
    }

    @Test
    void theDocsNameTheVersionsThatAreInTheJar() throws IOException {
        try (JarFile jar = new JarFile("target/jobstream.jar")) {
            List<String> documented = DOCUMENTED
                    .matcher(Files.readString(Path.of("..", "..", "docs", "dependencies.md")))
                    .results()
                    .map(row -> "pkg:maven/" + row.group(1) + "/" + row.group(2) + "@" + row.group(3) + "?type=jar")
                    .toList();

            assertThat(documented).hasSizeGreaterThan(15);
            assertThat(components(jar))
                    .map(component -> component.get("purl").asString())
                    .containsAll(documented);
        }
    }

    /** Several dependencies ask for it, and one that is forgotten is enough. */
    @Test
    void theBetaThatTheClientOfValkeyAsksForIsLeftOut() throws IOException {
        try (JarFile jar = new JarFile("target/jobstream.jar")) {
            assertThat(jar.stream().map(entry -> entry.getName())).noneMatch(name -> name.contains("redis-authx"));
        }
    }

    @Test
    void theSameBuildHasTheSameBytes() throws IOException {
        try (JarFile jar = new JarFile("target/jobstream.jar")) {
            JsonNode sbom = sbom(jar);

            assertThat(sbom.has("serialNumber")).isFalse();
            assertThat(sbom.get("metadata").has("timestamp")).isFalse();
        }
    }

    private static List<JsonNode> components(JarFile jar) throws IOException {
        return Stream.of(sbom(jar).get("components"))
                .flatMap(JsonNode::valueStream)
                .toList();
    }

    private static JsonNode sbom(JarFile jar) throws IOException {
        String place = jar.getManifest().getMainAttributes().getValue("Sbom-Location");
        assertThat(place).isEqualTo("META-INF/sbom/application.cdx.json");
        try (InputStream in = jar.getInputStream(jar.getEntry(place))) {
            return JsonMapper.shared().readTree(in);
        }
    }
}
