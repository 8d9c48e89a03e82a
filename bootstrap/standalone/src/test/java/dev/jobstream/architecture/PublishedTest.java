package dev.jobstream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is published, as the build describes it. */
class PublishedTest {

    private static final Path PROJECT = Path.of("..", "..");
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>jobstream(?:-\\w+)*</artifactId>\\s*<version>(\\d[^<]*)</version>");

    private static List<Path> poms() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT, 4)) {
            return files.filter(
                            file -> file.endsWith("pom.xml") && !file.toString().contains("/target/"))
                    .toList();
        }
    }

    private static List<String> all(String regex, Path file) throws IOException {
        return Pattern.compile(regex)
                .matcher(Files.readString(file))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Its parent's apart. */
    private static String artifact(Path pom) throws IOException {
        return all("(?m)^  <artifactId>([^<]+)</artifactId>", pom).get(0);
    }

    private static List<Path> publishedJars() throws IOException {
        List<Path> jars = new java.util.ArrayList<>();
        for (Path pom : poms()) {
            String text = Files.readString(pom);
            if (!text.contains("<maven.deploy.skip>true") && !text.contains("<packaging>pom")) {
                jars.add(pom);
            }
        }
        return jars;
    }

    @Test
    void theBomListsWhatIsPublishedAndNothingElse() throws IOException {
        Set<String> published = new TreeSet<>();
        for (Path pom : publishedJars()) {
            published.add(artifact(pom));
        }
        List<String> listed =
                all("(?m)^ +<artifactId>([^<]+)</artifactId>", PROJECT.resolve("bootstrap/bom/pom.xml")).stream()
                        .filter(name -> name.startsWith("jobstream-") && !name.equals("jobstream-bom"))
                        .toList();
        assertThat(listed).hasSizeGreaterThan(5).containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void everyPublishedJarIsAModuleWithANameOfItsOwn() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path pom : publishedJars()) {
            List<String> name = all("<module.name>(dev\\.jobstream\\.[a-z.]+)</module.name>", pom);
            assertThat(name).as(pom.toString()).hasSize(1);
            assertThat(names.add(name.get(0))).as(name.get(0)).isTrue();
        }
    }

    /** The bill of materials and the samples have no parent of ours to take it from. */
    @Test
    void theVersionIsTheSameEverywhere() throws IOException {
        String version = all("<artifactId>jobstream</artifactId>\\s*<version>([^<]+)", PROJECT.resolve("pom.xml"))
                .get(0);
        for (Path pom : poms()) {
            Set<String> versions = VERSION.matcher(Files.readString(pom))
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(versions).as(pom.toString()).containsOnly(version);
        }
        for (String doc : List.of("README.md", "docs/embedding.md")) {
            List<String> named = all("jobstream[^<]*</artifactId>\\s*<version>(\\d[^<]+)", PROJECT.resolve(doc));
            assertThat(named).as(doc).allMatch(version::equals);
        }
    }

    /** A sample is an application as anybody writes it. */
    @Test
    void theSamplesUseThePublicApiAlone() throws IOException {
        Set<String> api = PublicApi.types().stream().map(Class::getName).collect(Collectors.toSet());
        int used = 0;
        try (Stream<Path> files = Files.walk(PROJECT.resolve("bootstrap/samples"))) {
            for (Path file : files.filter(path -> path.toString().matches(".*/src/(main|test)/java/.*\\.java"))
                    .toList()) {
                for (String name : all("(?m)^import (?:static )?(dev\\.jobstream\\.[\\w.]+);", file)) {
                    if (!name.startsWith("dev.jobstream.tools.")
                            || file.toString().contains("/src/main/")) {
                        assertThat(api).as(file.toString()).contains(name);
                        used++;
                    }
                }
            }
        }
        assertThat(used).isGreaterThan(10);
    }
}
