package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.ValkeyServer;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What nodes tell each other through Valkey. */
class ControlJournalTest {

    private final JobId subject = new JobId("subject-" + UUID.randomUUID());

    @Test
    void oneNodeReadsWhatAnotherHasWrittenAndNoJobHasIt() {
        try (TestTransport one = new TestTransport(ValkeyServer.shared(), JournalLimits.DEFAULT);
                TestTransport other = new TestTransport(ValkeyServer.shared(), JournalLimits.DEFAULT)) {
            EventId id = one.transport().controlPublisher().publish(subject, NewEvent.of("some.thing", "{\"n\":1}"));

            assertThat(other.transport()
                            .controlSource()
                            .readAfter(subject, EventId.NONE, 10)
                            .events())
                    .extracting(JobEvent::id)
                    .containsExactly(id);
            assertThat(other.transport()
                            .source()
                            .readAfter(subject, EventId.NONE, 10)
                            .events())
                    .isEmpty();
        }
    }

    @Test
    void theLongestNamespaceLeavesRoomForIt() {
        JobKey longest = new JobKey("n".repeat(JobKey.MAX_NAMESPACE)).control();
        assertThat(longest.of(subject)).startsWith("n".repeat(64) + ":control:{" + subject);
        assertThatIllegalArgumentException().isThrownBy(() -> new JobKey("n".repeat(73)));
    }
}
