package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.quota.QuotaLimits;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is above a quota, and who is not, with a clock in hand. */
class QuotasTest {

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
    };
    private AccessDecision decision = AccessDecision.allowed();
    private final StreamAccess access = new StreamAccess() {
        @Override
        public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
            return decision;
        }

        @Override
        public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
            return decision;
        }

        /** A name is a subject, an at, and an issuer. */
        @Override
        public Caller caller(Principal principal) {
            String[] parts = principal.getName().split("@");
            return new Caller(parts.length > 1 ? parts[1] : "", parts[0], null, null, null);
        }
    };
    private StreamSettings settings = StreamSettings.DEFAULT.withOpenWait(Duration.ZERO);
    private JobEventStreams streams = streams(QuotaLimits.NONE);

    private JobEventStreams streams(QuotaLimits limits) {
        return new JobEventStreams(
                transport,
                access,
                new Quotas(limits, null, clock::nanos),
                metrics,
                settings,
                new StreamThreads(Runnable::run, Runnable::run, Runnable::run),
                clock);
    }

    private EventStream open(@Nullable String name, String job) {
        return streams.open(
                new StreamRequest(new JobId(job), StreamStart.beginning(), name == null ? null : () -> name));
    }

    private void assertRefused(Refusal refusal, @Nullable String name, String job) {
        assertThatExceptionOfType(StreamRefusedException.class)
                .isThrownBy(() -> open(name, job))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
        assertThat(counted).last().isEqualTo("stream " + refusal);
    }

    @Test
    void aSubjectHasSoManyStreamsUntilOneEnds() {
        streams = streams(new QuotaLimits(0, 2, 0, 0, 0));
        EventStream first = open("ann", "x");
        open("ann", "y");

        assertRefused(Refusal.STREAMS_OF_SUBJECT, "ann", "z");
        open("bob", "x");
        first.close();
        first.close();
        open("ann", "z");
        assertRefused(Refusal.STREAMS_OF_SUBJECT, "ann", "z");
        assertThat(streams.openStreams()).isEqualTo(3);
    }

    @Test
    void aJobHasSoManyStreams() {
        streams = streams(new QuotaLimits(2, 9, 0, 0, 0));
        open("ann", "x");
        open("bob", "x");

        assertRefused(Refusal.STREAMS_OF_JOB, "eve", "x");
        open("eve", "y");
    }

    @Test
    void aJobCanBeAllThatIsLimited() {
        streams = streams(new QuotaLimits(1, 0, 0, 0, 0));
        open("ann", "x");
        assertRefused(Refusal.STREAMS_OF_JOB, "ann", "x");
    }

    @Test
    void oneNameOfTwoIssuersIsTwoSubjects() {
        streams = streams(new QuotaLimits(0, 1, 0, 0, 0));
        open("ann@one", "x");
        open("ann@two", "x");
        assertRefused(Refusal.STREAMS_OF_SUBJECT, "ann@two", "x");
    }

    @Test
    void thoseWithoutANameAreOneSubject() {
        streams = streams(new QuotaLimits(0, 1, 0, 0, 0));
        open(null, "x");
        assertRefused(Refusal.STREAMS_OF_SUBJECT, null, "y");
        open("ann", "y");
    }

    @Test
    void longNamesAreToldApart() {
        streams = streams(new QuotaLimits(0, 1, 0, 0, 0));
        String long1 = "n".repeat(10_000);
        open(long1 + "1", "x");
        open(long1 + "2", "x");
        assertRefused(Refusal.STREAMS_OF_SUBJECT, long1 + "1", "x");
        assertThat(Quotas.account(access, () -> long1)).hasSizeLessThan(130);
    }

    @Test
    void whoMayNotIsToldSoAndPaysNothing() {
        streams = streams(new QuotaLimits(0, 1, 1, 0, 0));
        decision = AccessDecision.denied();
        for (int i = 0; i < 100; i++) {
            assertRefused(Refusal.FORBIDDEN, "ann", "x");
        }
        decision = AccessDecision.allowed();
        open("ann", "x");
    }

    @Test
    void streamsAreOpenedAtARateWithSomeSavedUp() {
        streams = streams(new QuotaLimits(0, 0, 2, 0, 0));
        for (int i = 0; i < 2 * QuotaLimits.OPENS_SAVED_SECONDS; i++) {
            open("ann", "x").close();
        }
        assertRefused(Refusal.OPENS_OF_SUBJECT, "ann", "x");
        open("bob", "x");

        clock.advance(Duration.ofMillis(500));
        open("ann", "x");
        assertRefused(Refusal.OPENS_OF_SUBJECT, "ann", "x");
    }

    @Test
    void aStreamThatIsRefusedForAnotherReasonHoldsNoPlace() {
        settings = settings.withMaxStreams(1);
        streams = streams(new QuotaLimits(0, 2, 0, 0, 0));
        EventStream only = open("ann", "x");
        for (int i = 0; i < 5; i++) {
            assertRefused(Refusal.TOO_MANY_STREAMS, "ann", "x");
        }
        only.close();
        open("ann", "x").close();
        open("ann", "x");
    }

    @Test
    void everyEndGivesThePlaceBack() {
        streams = streams(new QuotaLimits(0, 2, 0, 0, 0));
        open("ann", "x").start(new RecordingConnection());
        open("ann", "x").start(new RecordingConnection());
        streams.revoke(request -> true);
        open("ann", "x").start(new RecordingConnection());
        EventStream other = open("ann", "x");
        transport.publish(new JobId("x"), NewEvent.of("job.completed", "{}"));
        other.close();
        open("ann", "y");
        open("ann", "y");
        assertRefused(Refusal.STREAMS_OF_SUBJECT, "ann", "y");
        streams.shutDown();
        streams.resume();
        open("ann", "y");
    }

    private static final class Body implements PublicationBody {

        private final long announced;
        private final long size;
        private boolean read;

        Body(long announced, long size) {
            this.announced = announced;
            this.size = size;
        }

        @Override
        public long announced() {
            return announced;
        }

        @Override
        public List<NewEvent> read(LongConsumer bytes) {
            read = true;
            bytes.accept(size / 2);
            bytes.accept(size - size / 2);
            return List.of(NewEvent.of("step.output", "{}"));
        }
    }

    private void publish(String name, PublicationBody body) {
        new JobEventPublishing(transport, access, metrics, streams).publish(() -> name, new JobId("x"), null, body);
    }

    private void assertRefusedUnread(Refusal refusal, String name) {
        Body body = new Body(-1, 1);
        assertThatExceptionOfType(StreamRefusedException.class)
                .isThrownBy(() -> publish(name, body))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
        assertThat(body.read).isFalse();
        assertThat(counted).last().isEqualTo("publication " + refusal);
    }

    @Test
    void aSubjectPublishesAtARate() {
        streams = streams(new QuotaLimits(0, 0, 0, 3, 0));
        for (int i = 0; i < 3; i++) {
            publish("ann", new Body(10, 10));
        }
        assertRefusedUnread(Refusal.PUBLISHES_OF_SUBJECT, "ann");
        publish("bob", new Body(10, 10));
        clock.advance(Duration.ofSeconds(1));
        publish("ann", new Body(10, 10));
        decision = AccessDecision.denied();
        assertRefusedUnread(Refusal.FORBIDDEN, "ann");
    }

    @Test
    void aSubjectPublishesSoManyBytesWhetherItAnnouncesThemOrNot() {
        streams = streams(new QuotaLimits(0, 0, 0, 0, 1_000));
        for (Body body : List.of(new Body(2_500, 2_500), new Body(-1, 2_500), new Body(2_500, 1))) {
            publish("ann", new Body(999, 999));
            publish("ann", body);
            clock.advance(Duration.ofMillis(2_499));
            assertRefusedUnread(Refusal.PUBLISH_BYTES_OF_SUBJECT, "ann");
            publish("bob", new Body(1, 1));
            clock.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void aLimitIsNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new QuotaLimits(0, 0, 0, 0, -1));
    }
}
