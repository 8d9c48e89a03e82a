package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The part of {@link JournalContract} about reading. */
abstract class JournalReadingContract {

    /** The greatest id there can be: no event stands behind it. */
    static final EventId BEHIND_ALL = new EventId(-1, -1);

    private static final JournalLimits LIMITS = new JournalLimits(1_000, Duration.ofHours(1), 256 * 1024);

    private final List<ContractTransport> open = new ArrayList<>();
    final JobId job = new JobId("job-" + UUID.randomUUID());
    ContractTransport transport;

    /** A transport that is started. */
    protected abstract ContractTransport transport(JournalLimits limits);

    @BeforeEach
    void startTransport() {
        transport = open(LIMITS);
    }

    @AfterEach
    void stopTransports() {
        open.forEach(ContractTransport::close);
    }

    @Test
    void j01_aJobWithoutEventsIsEmpty() {
        JournalPage page = transport.source().readAfter(job, EventId.NONE, 10);

        assertThat(page.events()).isEmpty();
        assertThat(page.more()).isFalse();
        assertThat(transport.source().readLast(job, 10).events()).isEmpty();
    }

    @Test
    void j02_readsWhatWasPublishedAsAWholeChain() {
        EventId first = transport.publisher().publish(job, NewEvent.of("job.started", "{\"a\":1}"));
        EventId second = transport.publisher().publish(job, NewEvent.of("step.output", "{\"b\":2}"));

        assertThat(transport.source().readAfter(job, EventId.NONE, 10).events())
                .containsExactly(
                        JobEvent.journaled(
                                first, EventId.NONE, new EventType("job.started"), EventData.parse("{\"a\":1}")),
                        JobEvent.journaled(second, first, new EventType("step.output"), EventData.parse("{\"b\":2}")));
    }

    @Test
    void j03_readsStrictlyAfterAnId() {
        List<EventId> ids = publish(5);

        JournalPage page = transport.source().readAfter(job, ids.get(2), 10);

        assertThat(page.events()).extracting(JobEvent::id).containsExactly(ids.get(3), ids.get(4));
        assertThat(page.more()).isFalse();
        assertThat(page.afterRetained()).isTrue();
    }

    @Test
    void j04_pagesUpToTheLimitAndGoesOnBehindThem() {
        List<EventId> ids = publish(25);

        JournalPage first = transport.source().readAfter(job, EventId.NONE, 10);
        JournalPage second = transport.source().readAfter(job, ids.get(9), 10);
        JournalPage third = transport.source().readAfter(job, ids.get(19), 10);

        assertThat(first.events()).extracting(JobEvent::id).isEqualTo(ids.subList(0, 10));
        assertThat(second.events()).extracting(JobEvent::id).isEqualTo(ids.subList(10, 20));
        assertThat(third.events()).extracting(JobEvent::id).isEqualTo(ids.subList(20, 25));
        assertThat(List.of(first.more(), second.more(), third.more())).containsExactly(true, true, false);
    }

    @Test
    void j05_aPageThatEndsWithTheJournalHasNoMore() {
        List<EventId> ids = publish(10);

        assertThat(transport.source().readAfter(job, EventId.NONE, 10).more()).isFalse();
        assertThat(transport.source().readAfter(job, ids.get(8), 1).more()).isFalse();
    }

    @Test
    void j06_behindTheNewestIsNothing() {
        List<EventId> ids = publish(3);

        JournalPage page = transport.source().readAfter(job, ids.get(2), 10);

        assertThat(page.events()).isEmpty();
        assertThat(page.more()).isFalse();
        assertThat(page.afterRetained()).isTrue();
    }

    @Test
    void j07_readsAfterAnIdThatIsNotInTheJournal() {
        List<EventId> ids = publish(3);
        EventId beforeAll = new EventId(ids.get(0).time() - 1_000, 7);
        EventId behindAll = new EventId(ids.get(2).time() + 1_000_000, 7);

        JournalPage all = transport.source().readAfter(job, beforeAll, 10);
        JournalPage none = transport.source().readAfter(job, behindAll, 10);

        assertThat(all.events()).extracting(JobEvent::id).isEqualTo(ids);
        assertThat(all.afterRetained()).isFalse();
        assertThat(none.events()).isEmpty();
        assertThat(none.afterRetained()).isFalse();
    }

    @Test
    void j08_aJobThatIsUnknownRetainsNoId() {
        assertThat(transport.source().readAfter(job, new EventId(1, 0), 10).afterRetained())
                .isFalse();
    }

    @Test
    void j09_readsTheNewestOldestFirst() {
        List<EventId> ids = publish(20);

        JournalPage page = transport.source().readLast(job, 5);

        assertThat(page.events()).extracting(JobEvent::id).isEqualTo(ids.subList(15, 20));
        assertThat(page.events()).extracting(JobEvent::prev).isEqualTo(ids.subList(14, 19));
        assertThat(page.more()).isFalse();
        assertThat(transport.source().readLast(job, 100).events()).isEqualTo(all(transport.source(), job));
    }

    @Test
    void j10_idsStrictlyIncreaseAndChain() {
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.addAll(publish(7));
            ids.add(transport.publisher().publish(job, NewEvent.of("step.output", "{}")));
        }

        List<JobEvent> events = all(transport.source(), job);
        assertThat(events).extracting(JobEvent::id).isEqualTo(ids);
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        Chains.assertWhole(events);
    }

    @Test
    void j21_largeEventsMayTakeMorePagesButAllAreRead() {
        String chunk = "{\"c\":\"" + "x".repeat(200 * 1024) + "\"}";
        for (int i = 0; i < 12; i++) {
            transport.publisher().publish(job, NewEvent.of("step.output", chunk));
        }

        JournalPage page = transport.source().readAfter(job, EventId.NONE, 1_000);

        assertThat(page.events()).isNotEmpty();
        assertThat(page.more()).isEqualTo(page.events().size() < 12);
        assertThat(all(transport.source(), job)).hasSize(12);
        assertThat(transport.source().readLast(job, 1).events()).hasSize(1);
    }

    @Test
    void j22_aLimitIsAtLeastOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> transport.source().readAfter(job, EventId.NONE, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> transport.source().readLast(job, 0));
    }

    @Test
    void j25_theNewestIsAPositionBehindWhichNothingIsLost() {
        publish(3);
        EventId position = transport.source().readLast(job, 1).events().get(0).journaledId();

        List<EventId> later = publish(2);

        JournalPage page = transport.source().readAfter(job, position, 10);
        assertThat(page.events()).extracting(JobEvent::id).isEqualTo(later);
        assertThat(page.events().get(0).prev()).isEqualTo(position);
        assertThat(page.afterRetained()).isTrue();
    }

    @Test
    void j26_aJobWithoutEventsHasAPositionToo() {
        assertThat(transport.source().readLast(job, 1).events()).isEmpty();

        List<EventId> later = publish(2);

        JournalPage page = transport.source().readAfter(job, EventId.NONE, 10);
        assertThat(page.events()).extracting(JobEvent::id).isEqualTo(later);
        assertThat(page.events().get(0).prev()).isEqualTo(EventId.NONE);
    }

    /** Any client may name it. */
    @Test
    void j37_thereIsNothingAfterTheGreatestIdThereCanBe() {
        assertThat(transport.source().readAfter(job, BEHIND_ALL, 10).events()).isEmpty();
        publish(1);

        JournalPage page = transport.source().readAfter(job, BEHIND_ALL, 10);
        assertThat(page.events()).isEmpty();
        assertThat(page.more()).isFalse();
        assertThat(page.afterRetained()).isFalse();
    }

    /** All that is retained, page by page, as a consumer reads it. */
    public static List<JobEvent> all(EventSource source, JobId job) {
        List<JobEvent> events = new ArrayList<>();
        EventId after = EventId.NONE;
        JournalPage page;
        do {
            page = source.readAfter(job, after, 100);
            events.addAll(page.events());
            if (!events.isEmpty()) {
                after = events.get(events.size() - 1).journaledId();
            }
        } while (page.more());
        return events;
    }

    ContractTransport open(JournalLimits limits) {
        ContractTransport opened = transport(limits);
        open.add(opened);
        return opened;
    }

    List<EventId> publish(int count) {
        return transport
                .publisher()
                .publish(
                        job,
                        IntStream.range(0, count)
                                .mapToObj(n -> NewEvent.of("step.output", "{\"n\":" + n + "}"))
                                .toList());
    }
}
