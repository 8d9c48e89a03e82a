package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the in-memory transport does beyond the contract: a bound for all jobs together. */
class InMemoryTransportTest {

    private static final JobId A = new JobId("a");
    private static final JobId B = new JobId("b");
    private static final JobId C = new JobId("c");

    private final ManualClock clock = new ManualClock();
    private final InMemoryTransport transport =
            new InMemoryTransport(new JournalLimits(100, Duration.ofHours(1), 1_000), 1_000, clock);

    @Test
    void theJobPublishedToLeastRecentlyIsForgottenFirst() {
        publish(A, 400);
        publish(B, 400);
        publish(A, 100);
        size(B); // Reading is not publishing.
        publish(C, 400);

        assertThat(size(A)).isEqualTo(2);
        assertThat(size(B)).isZero();
        assertThat(size(C)).isOne();
    }

    @Test
    void oneJobMayHaveItAllButNoMore() {
        for (int i = 0; i < 20; i++) {
            publish(A, 300);
        }
        assertThat(size(A)).isEqualTo(3);
        publish(A, 1_000);
        assertThat(size(A)).isOne();
    }

    @Test
    void jobsExpireInTheOrderOfPublishingWhoeverReadsThem() {
        publish(A, 10);
        clock.advance(Duration.ofMinutes(30));
        publish(B, 10);
        size(A);
        clock.advance(Duration.ofMinutes(30));

        assertThat(size(A)).isZero();
        assertThat(size(B)).isOne();
    }

    @Test
    void whatWasForgottenFreesItsBytes() {
        for (int i = 0; i < 50; i++) {
            publish(A, 900);
            clock.advance(Duration.ofHours(2));
        }
        publish(B, 900);
        publish(C, 100);

        assertThat(size(B)).isOne();
        assertThat(size(C)).isOne();
    }

    @Test
    void needsRoom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InMemoryTransport(JournalLimits.DEFAULT, 0, clock))
                .withMessage("maxBytes must be at least 1, is 0");
    }

    private void publish(JobId job, int bytes) {
        transport.publish(job, NewEvent.of("step.output", "{\"x\":\"" + "y".repeat(bytes - 8) + "\"}"));
    }

    private int size(JobId job) {
        return transport.readAfter(job, EventId.NONE, 100).events().size();
    }
}
