package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who may publish and who may read pages, what they are told otherwise, and what is counted. */
class JobEventPublishingTest {

    private static final JobId JOB = new JobId("job");
    private static final List<NewEvent> ONE = List.of(NewEvent.of("step.output", "{}"));

    private final ManualClock clock = new ManualClock();
    private final InMemoryTransport transport = new InMemoryTransport(JournalLimits.DEFAULT, 1_000_000, clock);
    private final List<String> counted = new ArrayList<>();
    private final StreamMetrics metrics = new StreamMetrics() {
        @Override
        public void streamRefused(Refusal refusal) {
            counted.add("stream " + refusal);
        }

        @Override
        public void publicationRefused(Refusal refusal) {
            counted.add("publication " + refusal);
        }

        @Override
        public void pageRefused(Refusal refusal) {
            counted.add("page " + refusal);
        }
    };
    private AccessDecision toWatch = AccessDecision.allowed();
    private AccessDecision toPublish = AccessDecision.allowed();
    private final StreamAccess access = new StreamAccess() {
        @Override
        public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
            return toWatch;
        }

        @Override
        public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
            return toPublish;
        }
    };
    private final JobEventStreams streams =
            new JobEventStreams(transport, access, metrics, StreamSettings.DEFAULT, Runnable::run, clock);
    private final JobEventPublishing publishing = new JobEventPublishing(transport, access, metrics, streams);
    private final JobEventPages pages = new JobEventPages(transport, access, metrics, streams);

    @Test
    void whatIsAllowedIsRetainedAndCanBeRead() {
        toWatch = AccessDecision.denied();
        List<EventId> ids = publishing.publish(null, JOB, () -> ONE);
        toWatch = AccessDecision.allowed();
        toPublish = AccessDecision.denied();

        assertThat(pages.read(null, JOB, EventId.NONE, 10).events().events())
                .extracting(event -> event.journaledId())
                .isEqualTo(ids);
        assertThat(counted).isEmpty();
    }

    @Test
    void whoMayNotPublishIsToldWhyAndCountedAndTheEventsAreNotRead() {
        toPublish = AccessDecision.unauthenticated();
        assertNotPublished(Refusal.UNAUTHENTICATED, "a token is required");
        toPublish = AccessDecision.denied();
        assertNotPublished(Refusal.FORBIDDEN, "not allowed to publish events of job job");
        toPublish = AccessDecision.unknownJob();
        assertNotPublished(Refusal.UNKNOWN_JOB, "no job job");

        assertThat(counted)
                .containsExactly("publication UNAUTHENTICATED", "publication FORBIDDEN", "publication UNKNOWN_JOB");
    }

    @Test
    void whoMayNotReadIsToldWhyAndCounted() {
        toWatch = AccessDecision.unauthenticated();
        assertNotRead(Refusal.UNAUTHENTICATED, "a token is required");
        toWatch = AccessDecision.denied();
        assertNotRead(Refusal.FORBIDDEN, "not allowed to read job job");
        toWatch = AccessDecision.unknownJob();
        assertNotRead(Refusal.UNKNOWN_JOB, "no job job");

        assertThat(counted).containsExactly("page UNAUTHENTICATED", "page FORBIDDEN", "page UNKNOWN_JOB");
    }

    @Test
    void aNodeThatStopsTakesNothingMoreUntilItGoesOn() {
        streams.shutDown();

        assertNotPublished(Refusal.SHUTTING_DOWN, "this node is stopping");
        assertNotRead(Refusal.SHUTTING_DOWN, "this node is stopping");
        assertThat(counted).containsExactly("publication SHUTTING_DOWN", "page SHUTTING_DOWN");

        streams.resume();
        assertThat(publishing.publish(null, JOB, () -> ONE)).hasSize(1);
    }

    @Test
    void whoMayNotIsNotSentToAnotherNode() {
        streams.shutDown();
        toPublish = AccessDecision.denied();
        toWatch = AccessDecision.denied();

        assertNotPublished(Refusal.FORBIDDEN, "not allowed to publish events of job job");
        assertNotRead(Refusal.FORBIDDEN, "not allowed to read job job");
    }

    @Test
    void eventsThatCannotBeReadAreNoRefusal() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> publishing.publish(null, JOB, () -> {
                    throw new InvalidEventException("on purpose");
                }));
        assertThat(counted).isEmpty();
    }

    private void assertNotPublished(Refusal refusal, String message) {
        assertThatExceptionOfType(StreamRefusedException.class)
                .isThrownBy(() -> publishing.publish(null, JOB, () -> {
                    throw new AssertionError("the events were read");
                }))
                .withMessage(message)
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
        assertThat(transport.readAfter(JOB, EventId.NONE, 1).events()).isEmpty();
    }

    private void assertNotRead(Refusal refusal, String message) {
        assertThatExceptionOfType(StreamRefusedException.class)
                .isThrownBy(() -> pages.read(null, JOB, EventId.NONE, 10))
                .withMessage(message)
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
    }
}
