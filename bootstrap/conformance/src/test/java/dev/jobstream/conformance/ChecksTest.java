package dev.jobstream.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a server is held to is what docs/protocol.md says, and docs/conformance.md tells where. */
class ChecksTest {

    private static final Path DOCS = Path.of("..", "..", "docs");

    private static String page(String name) throws IOException {
        return Files.readString(DOCS.resolve(name));
    }

    private static String unwrapped(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Test
    void everyRuleStandsInTheProtocol() throws IOException {
        String protocol = unwrapped(page("protocol.md").replaceAll("(?m)^ {2}", ""));
        assertThat(Suite.checks())
                .filteredOn(check -> !protocol.contains(unwrapped(check.check().rule())))
                .extracting(check -> check.number() + " " + check.check().rule())
                .isEmpty();
    }

    @Test
    void everySectionHasAHeadingThere() throws IOException {
        String protocol = page("protocol.md");
        String conformance = page("conformance.md");
        for (int s = 0; s < Suite.SECTIONS.size(); s++) {
            Section section = Suite.SECTIONS.get(s);
            assertThat(protocol).containsPattern("(?m)^#{2,3} \\Q" + section.heading() + "\\E$");
            String anchor = section.heading().toLowerCase(Locale.ROOT).replace(' ', '-');
            assertThat(conformance)
                    .contains("| " + (s + 1) + " | " + section.title() + " | [" + section.heading() + "](protocol.md#"
                            + anchor + ") |");
        }
    }

    @Test
    void noTwoChecksOfASectionHaveTheSameName() {
        for (Section section : Suite.SECTIONS) {
            Set<String> titles = new HashSet<>();
            assertThat(section.checks()).allMatch(check -> titles.add(check.title()));
        }
    }
}
