package dev.jobstream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever changes what a host may touch does so on purpose, and sees it in the review. */
class PublicApiTest {

    private static final Path RECORD = Path.of("..", "..", "docs", "api.txt");
    private static final Pattern OURS = Pattern.compile("dev\\.jobstream\\.[\\w.]+");

    /** {@code -Djobstream.api=record} writes it anew. */
    @Test
    void isWhatIsRecorded() throws IOException {
        List<String> signatures = PublicApi.signatures();
        if ("record".equals(System.getProperty("jobstream.api"))) {
            Files.write(RECORD, signatures);
        }
        assertThat(signatures).isEqualTo(Files.readAllLines(RECORD));
    }

    @Test
    void namesNoTypeOfOursThatIsNotInIt() throws IOException {
        Set<String> listed = PublicApi.types().stream().map(Class::getName).collect(Collectors.toSet());
        assertThat(PublicApi.signatures())
                .flatExtracting(line ->
                        OURS.matcher(line).results().map(MatchResult::group).toList())
                .isNotEmpty()
                .isSubsetOf(listed);
    }

    @Test
    void everyTypeIsPublic() throws IOException {
        assertThat(PublicApi.types()).allMatch(type -> java.lang.reflect.Modifier.isPublic(type.getModifiers()));
    }
}
