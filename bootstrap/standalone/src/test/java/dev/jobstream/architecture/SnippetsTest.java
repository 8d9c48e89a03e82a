package dev.jobstream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Code in the docs is compiled and run: each block is a piece of a file, whose place a comment before it names. The piece
 * stands between the comments {@code tag::name[]} and {@code end::name[]}.
 */
class SnippetsTest {

    private static final Path PROJECT = Path.of("..", "..");
    private static final Pattern PLACE = Pattern.compile("<!-- (\\S+)#(\\w+) -->");
    /** Of others, such as what a console shows, it is enough that they say so if they are one. */
    private static final Pattern CODE = Pattern.compile("```(java|xml|html|js|nginx)");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/embedding.md", "docs/publishing.md", "docs/testing.md"})
    void everyBlockIsAPieceOfAFile(String doc) throws IOException {
        List<String> lines = Files.readAllLines(PROJECT.resolve(doc));
        int blocks = 0;
        for (int at = 0; at < lines.size(); at++) {
            Matcher place = PLACE.matcher(lines.get(Math.max(0, at - 1)));
            assertThat(place.matches() || !CODE.matcher(lines.get(at)).matches())
                    .as("%s:%d has no place", doc, at + 1)
                    .isTrue();
            if (!place.matches()) {
                continue;
            }
            int end = at + 1 + lines.subList(at + 1, lines.size()).indexOf("```");
            assertThat(lines.subList(at + 1, end))
                    .as("%s:%d", doc, at + 1)
                    .containsExactlyElementsOf(piece(PROJECT.resolve(place.group(1)), place.group(2)));
            blocks++;
        }
        assertThat(blocks).isPositive();
    }

    private static List<String> piece(Path file, String name) throws IOException {
        List<String> piece = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            if (line.contains("end::" + name + "[]")) {
                return dedented(piece);
            }
            if (inside) {
                piece.add(line);
            }
            inside |= line.contains("tag::" + name + "[]");
        }
        throw new AssertionError(file + " has no piece " + name);
    }

    private static List<String> dedented(List<String> lines) {
        int indent = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return lines.stream()
                .map(line -> line.isBlank() ? "" : line.substring(indent))
                .toList();
    }
}
