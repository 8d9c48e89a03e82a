package dev.jobstream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The docs name tests for what they promise. */
class DocsTest {

    private static final Path PROJECT = Path.of("..", "..");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?`");

    @Test
    void aTestThatTheDocsNameIsThere() throws IOException {
        Map<String, List<String>> tests = tests();
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Path doc : docs()) {
            Matcher named = TEST.matcher(Files.readString(doc));
            while (named.find()) {
                String method = named.group(2);
                if (tests.getOrDefault(named.group(1), List.of()).stream()
                        .noneMatch(source -> method == null || source.contains(" void " + method + "("))) {
                    missing.add(doc + ": " + named.group());
                }
                found++;
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(50);
    }

    private static List<Path> docs() throws IOException {
        try (Stream<Path> top = Files.list(PROJECT);
                Stream<Path> docs = Files.walk(PROJECT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    /** The text of each test class; two modules may have one of the same name. */
    private static Map<String, List<String>> tests() throws IOException {
        Map<String, List<String>> tests = new HashMap<>();
        try (Stream<Path> files = Files.walk(PROJECT)) {
            for (Path file : files.filter(path -> path.toString().contains("/src/test/java/"))
                    .filter(path -> path.toString().matches(".*(Test|IT)\\.java"))
                    .toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                tests.computeIfAbsent(name, unknown -> new ArrayList<>()).add(Files.readString(file));
            }
        }
        return tests;
    }
}
