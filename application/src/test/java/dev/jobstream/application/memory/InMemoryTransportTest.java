package dev.jobstream.application.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
    void whatIsForgottenByNameIsGoneAndFreesItsBytes() {
        publish(A, 900);

        transport.forget(A);
        transport.forget(A);
        publish(B, 900);
        publish(C, 100);

        assertThat(size(A)).isZero();
        assertThat(size(B)).isOne();
        assertThat(size(C)).isOne();
    }

    @Test
    void whoForgetsAJobKeepsNobodyFromPublishing() throws Exception {
        transport.forget(A);
        transport.publishLiveOnly(A, NewEvent.of("step.output", "{}"));
        transport.readLast(A, 1);
        CompletableFuture<EventId> other = new CompletableFuture<>();

        new Thread(() -> other.complete(transport.publish(A, NewEvent.of("step.output", "{}")))).start();

        assertThat(other.get(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aPageHasSoManyBytesAndAtLeastOneEvent() {
        InMemoryTransport large = new InMemoryTransport(JournalLimits.DEFAULT, 10_000_000, clock);
        NewEvent event = NewEvent.of("step.output", "{\"x\":\"" + "y".repeat(128 * 1024 - 8) + "\"}");
        List<EventId> ids = large.publish(A, List.of(event, event, event));

        JournalPage first = large.readAfter(A, EventId.NONE, 100);
        assertThat(first.events()).extracting(JobEvent::id).containsExactly(ids.get(0), ids.get(1));
        assertThat(first.more()).isTrue();
        assertThat(large.readAfter(A, ids.get(1), 100).more()).isFalse();
        assertThat(large.readLast(A, 100).events()).extracting(JobEvent::id).containsExactly(ids.get(1), ids.get(2));
    }

    @Test
    void anEventLargerThanAPageIsAPage() {
        JournalLimits limits = new JournalLimits(10, Duration.ofHours(1), 1_000_000);
        InMemoryTransport large = new InMemoryTransport(limits, 10_000_000, clock);
        NewEvent event = NewEvent.of("step.output", "{\"x\":\"" + "y".repeat(300 * 1024) + "\"}");
        large.publish(A, List.of(event, event));

        assertThat(large.readAfter(A, EventId.NONE, 100).events()).hasSize(1);
        assertThat(large.readLast(A, 100).events()).hasSize(1);
    }

    @Test
    void aLiveOnlyEventIsNoLargerThanAnyOther() {
        NewEvent event = NewEvent.of("step.output", "{\"x\":\"" + "y".repeat(1_000) + "\"}");

        assertThatExceptionOfType(EventTooLargeException.class).isThrownBy(() -> transport.publishLiveOnly(A, event));
    }

    @Test
    void aListenerThatFailsIsReportedAndHearsOnAndSoDoTheOthers() {
        List<JobEvent> heard = new ArrayList<>();
        List<Throwable> reported = new ArrayList<>();
        EventListener failing = new EventListener() {
            @Override
            public void onConnected() {}

            @Override
            public void onEvent(JobEvent event) {
                heard.add(event);
                throw new IllegalStateException("on purpose");
            }
        };
        Thread me = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = me.getUncaughtExceptionHandler();
        me.setUncaughtExceptionHandler((thread, failure) -> reported.add(failure));
        try {
            transport.listen(A, failing);
            transport.listen(A, failing);
            publish(A, 10);
        } finally {
            me.setUncaughtExceptionHandler(before);
        }

        assertThat(heard).hasSize(2);
        assertThat(reported).hasSize(2);
        assertThat(size(A)).isOne();
    }

    @Test
    void needsRoom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InMemoryTransport(JournalLimits.DEFAULT, 0, clock))
                .withMessage("maxBytes must be at least 1, is 0");
        assertThatCode(() -> new InMemoryTransport(JournalLimits.DEFAULT, 1, clock))
                .doesNotThrowAnyException();
    }

    private void publish(JobId job, int bytes) {
        transport.publish(job, NewEvent.of("step.output", "{\"x\":\"" + "y".repeat(bytes - 8) + "\"}"));
    }

    private int size(JobId job) {
        return transport.readAfter(job, EventId.NONE, 100).events().size();
    }
}
