package dev.jobstream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the text of the code, not for what it is compiled to. */
class SourcesTest {

    private static final Path PROJECT = Path.of("..", "..");
    private static final int MOST_LINES = 300;
    private static final int MOST_LINES_IN_COMMON = 12;
    private static final int MOST_CHARACTERS = 120;

    private record Source(Path file, List<String> lines) {

        static Source read(Path file) {
            try {
                return new Source(file, Files.readAllLines(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What somebody wrote in it for a purpose: neither blank, nor an import, nor a bracket alone. */
        List<String> statements() {
            return lines.stream()
                    .map(String::strip)
                    .filter(line -> line.length() > 2 && !line.startsWith("import ") && !line.startsWith("@Override"))
                    .toList();
        }
    }

    private static List<Source> main() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            List<Source> sources = files.filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> file.toString().endsWith(".java"))
                    .map(Source::read)
                    .toList();
            assertThat(sources).hasSizeGreaterThan(100);
            return sources;
        }
    }

    @Test
    void noFileIsLong() throws IOException {
        assertThat(main())
                .filteredOn(source -> source.lines().size() > MOST_LINES)
                .extracting(Source::file)
                .isEmpty();
    }

    /** Tables cannot be wrapped, and code in a text is as long as it is. */
    @Test
    void noLineOfTheDocsIsLong() throws IOException {
        List<String> longLines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(PROJECT, 3)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".md"))
                    .filter(SourcesTest::isOurs)
                    .toList()) {
                boolean code = false;
                for (String line : Files.readAllLines(file)) {
                    code ^= line.strip().startsWith("```");
                    if (!code && !line.startsWith("|") && line.codePointCount(0, line.length()) > MOST_CHARACTERS) {
                        longLines.add(file + ": " + line);
                    }
                }
            }
        }
        assertThat(longLines).isEmpty();
    }

    private static boolean isOurs(Path file) {
        return !file.toString().contains("node_modules") && !file.toString().contains("/target/");
    }

    @Test
    void noTwoPlacesHaveManyLinesInCommon() throws IOException {
        Map<List<String>, Path> seen = new HashMap<>();
        List<String> twins = new ArrayList<>();
        for (Source source : main()) {
            List<String> statements = source.statements();
            int window = MOST_LINES_IN_COMMON + 1;
            for (int from = 0; from + window <= statements.size(); from++) {
                Path other = seen.putIfAbsent(statements.subList(from, from + window), source.file());
                if (other != null) {
                    twins.add(other + " and " + source.file() + ": " + statements.get(from));
                }
            }
        }
        assertThat(twins).isEmpty();
    }
}
