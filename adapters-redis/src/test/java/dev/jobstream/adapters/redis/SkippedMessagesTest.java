package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.adapters.redis.TransportProblems.Where;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What garbage does to the log: a line once in a while, and it hides nothing of another kind. */
class SkippedMessagesTest {

    private final SkippedMessages problems = new SkippedMessages(TransportProblems.IGNORED);
    private final LoggedBy logged = new LoggedBy(SkippedMessages.class);

    @AfterEach
    void close() {
        logged.close();
    }

    @Test
    void aFloodOfGarbageIsOneLine() {
        for (int i = 0; i < 1_000; i++) {
            problems.skipped(Where.CHANNEL, "a", "malformed " + i);
        }

        assertThat(logged.lines()).singleElement().asString().endsWith("the channel a: malformed 0");
    }

    @Test
    void garbageDoesNotHideADefectOfOurOwn() {
        problems.skipped(Where.CHANNEL, "a", "malformed");
        problems.listenerFailed(new IllegalStateException("a defect"));

        assertThat(logged.lines()).hasSize(2).last().asString().contains("a defect");
    }

    @Test
    void aDefectDoesNotHideGarbage() {
        problems.listenerFailed(new IllegalStateException("a defect"));
        problems.listenerFailed(new IllegalStateException("once more"));
        problems.skipped(Where.CHANNEL, "a", "malformed");

        assertThat(logged.lines()).hasSize(2).last().asString().contains("malformed");
    }

    @Test
    void garbageOnTheWireDoesNotHideGarbageInAJournal() {
        problems.skipped(Where.CHANNEL, "a", "malformed");
        problems.skipped(Where.JOURNAL, "b", "not an object");

        assertThat(logged.lines())
                .containsExactly(
                        "1 skipped since the last such line, for example in the channel a: malformed",
                        "1 skipped since the last such line, for example in the journal b: not an object");
    }
}
