package dev.jobstream.domain;

import static dev.jobstream.domain.EventSourceContract.assertWholeChain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every transport must do with its journal: the numbered contract of reading, publishing and retention. */
public abstract class JournalContract {

    private static final JournalLimits LIMITS = new JournalLimits(1_000, Duration.ofHours(1), 256 * 1024);

    private final List<ContractTransport> open = new ArrayList<>();
    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private ContractTransport transport;

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
        assertWholeChain(events);
    }

    @Test
    void j11_aBatchReturnsItsIdsInTheOrderOfItsEvents() {
        List<NewEvent> events = List.of(
                NewEvent.of("step.started", "{\"n\":1}"),
                NewEvent.of("step.output", "{\"n\":2}"),
                NewEvent.of("job.completed", "{\"n\":3}"));

        List<EventId> ids = transport.publisher().publish(job, events);

        List<JobEvent> journal = all(transport.source(), job);
        assertThat(journal).extracting(JobEvent::id).isEqualTo(ids);
        assertThat(journal)
                .extracting(event -> new NewEvent(event.type(), event.data()))
                .isEqualTo(events);
    }

    @Test
    void j12_nothingFollowsTheTerminalEvent() {
        for (String terminal : List.of("job.completed", "job.failed", "job.cancelled")) {
            JobId ended = new JobId(job + "." + terminal);
            transport.publisher().publish(ended, NewEvent.of(terminal, "{}"));

            assertThatExceptionOfType(JobEndedException.class)
                    .isThrownBy(() -> transport.publisher().publish(ended, NewEvent.of("step.output", "{}")));
            assertThatExceptionOfType(JobEndedException.class)
                    .isThrownBy(() -> transport.publisher().publish(ended, NewEvent.of(terminal, "{}")));
            assertThat(all(transport.source(), ended)).hasSize(1);
        }
    }

    @Test
    void j13_aTerminalEventIsTheLastOfItsBatch() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> transport
                        .publisher()
                        .publish(
                                job,
                                List.of(
                                        NewEvent.of("step.output", "{}"),
                                        NewEvent.of("job.completed", "{}"),
                                        NewEvent.of("step.output", "{}"))));

        assertThat(all(transport.source(), job)).isEmpty();
    }

    @Test
    void j14_anEmptyBatchIsRefused() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> transport.publisher().publish(job, List.of()));
    }

    @Test
    void j15_anEventThatIsTooLargeIsRefusedAndItsBatchWithIt() {
        ContractTransport small = open(new JournalLimits(10, Duration.ofMinutes(1), 100));
        String fits = "{\"c\":\"" + "x".repeat(92) + "\"}";
        String large = "{\"c\":\"" + "x".repeat(93) + "\"}";

        assertThatExceptionOfType(EventTooLargeException.class)
                .isThrownBy(() -> small.publisher()
                        .publish(job, List.of(NewEvent.of("step.output", fits), NewEvent.of("step.output", large))));

        assertThat(all(small.source(), job)).isEmpty();
        small.publisher().publish(job, NewEvent.of("step.output", fits));
        assertThat(all(small.source(), job)).hasSize(1);
    }

    static List<String> payloads() {
        return List.of(
                "{}",
                "{\"chunk\":\"🚀 \u2028\u2029 é \\u0000 \\ud83d\\ude80 \\n\\r\\t \\\\ \\/\"}",
                "{\"z\":1,\"a\":2,\"z2\":{\"b\":[1,[2,{\"c\":[]}]]}}",
                "{\"big\":9223372036854775807,\"bigger\":18446744073709551616,\"small\":-9223372036854775808}",
                "{\"e\":1e400,\"f\":1.10,\"g\":-0.0,\"h\":1E+2,\"i\":0.1000000000000000055511151231257827}",
                "{ \"spaced\" :\t[ 1 , 2 ] , \"n\" : null }",
                "{\"event\":\"job.failed\",\"id\":\"1-1\",\"data\":{\"prev\":\"0-0\"}}",
                "{\"html\":\"<script>&amp;</script>\",\"sse\":\"data: x\\n\\nid: 5\"}",
                "{\"chunk\":\"" + "0123456789abcdef".repeat(200 * 1024 / 16) + "\"}");
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void j16_dataIsPassedOnByteForByte(String json) {
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = transport.source().listen(job, listener)) {
            listener.awaitConnected();

            transport.publisher().publish(job, NewEvent.of("step.output", json));

            assertThat(listener.awaitHeard(1).get(0).data()).hasToString(json);
        }
        assertThat(all(transport.source(), job))
                .singleElement()
                .satisfies(event -> assertThat(event.data()).hasToString(json));
        assertThat(transport.source().readLast(job, 1).events())
                .singleElement()
                .satisfies(event -> assertThat(event.data()).hasToString(json));
    }

    @Test
    void j17_lineBreaksBetweenTokensAreFolded() {
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = transport.source().listen(job, listener)) {
            listener.awaitConnected();

            transport.publisher().publish(job, NewEvent.of("step.output", "{\r\n\"a\":\n1\r}"));

            assertThat(listener.awaitHeard(1).get(0).data()).hasToString("{ \"a\": 1 }");
        }
        assertThat(all(transport.source(), job).get(0).data()).hasToString("{ \"a\": 1 }");
    }

    @Test
    void j18_keepsTheNewestAndDropsTheOldest() {
        ContractTransport small = open(new JournalLimits(50, Duration.ofMinutes(5), 1_024));
        List<EventId> ids = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ids.addAll(small.publisher()
                    .publish(
                            job,
                            IntStream.range(0, 25)
                                    .mapToObj(n -> NewEvent.of("step.output", "{\"n\":" + n + "}"))
                                    .toList()));
        }

        List<EventId> retained =
                all(small.source(), job).stream().map(JobEvent::id).toList();

        assertThat(retained).hasSizeBetween(50, 400);
        assertThat(retained).isEqualTo(ids.subList(ids.size() - retained.size(), ids.size()));
        JournalPage page = small.source().readAfter(job, ids.get(0), 10);
        assertThat(page.afterRetained()).isFalse();
        assertThat(page.events().get(0).prev()).isNotEqualTo(ids.get(0));
    }

    @Test
    void j19_isGoneWhenItsTimeIsOver() {
        Duration ttl = Duration.ofMillis(400);
        ContractTransport brief = open(new JournalLimits(50, ttl, 1_024));
        EventId last = brief.publisher().publish(job, NewEvent.of("step.output", "{}"));

        brief.letPass(ttl.plusMillis(1));

        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        brief.source().readAfter(job, EventId.NONE, 10).events().isEmpty());
        assertThat(brief.source().readAfter(job, last, 10).afterRetained()).isFalse();
        assertThat(brief.source().readLast(job, 1).events()).isEmpty();
        assertThat(brief.publisher().publish(job, NewEvent.of("job.created", "{}")))
                .isGreaterThan(last);
    }

    @Test
    void j20_everyEventProlongsTheTime() {
        Duration ttl = Duration.ofMinutes(1);
        ContractTransport brief = open(new JournalLimits(50, ttl, 1_024));
        brief.publisher().publish(job, NewEvent.of("step.output", "{}"));
        brief.letPass(ttl.minusSeconds(10));
        brief.publisher().publish(job, NewEvent.of("step.output", "{}"));
        brief.letPass(ttl.minusSeconds(10));

        assertThat(all(brief.source(), job)).hasSize(2);
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
    void j23_anEndOutlivesItsJournalButNotItsData() {
        Duration ttl = Duration.ofMillis(400);
        ContractTransport brief = open(new JournalLimits(50, ttl, 1_024, Duration.ofMinutes(10)));
        EventId before = brief.publisher().publish(job, NewEvent.of("step.output", "{}"));
        EventId end = brief.publisher().publish(job, NewEvent.of("job.failed", "{\"why\":1}"));
        assertThat(brief.source().readLast(job, 10).onlyEnd()).isFalse();

        brief.letPass(ttl.plusMillis(1));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> brief.source().readLast(job, 10).onlyEnd());
        JournalPage page = brief.source().readAfter(job, before, 10);
        assertThat(page.events())
                .containsExactly(JobEvent.journaled(end, before, new EventType("job.failed"), EventData.LOST));
        assertThat(page.events().get(0).data().isLost()).isTrue();
        assertThat(page.onlyEnd()).isTrue();
        assertThat(page.afterRetained()).isFalse();
        JournalPage behind = brief.source().readAfter(job, end, 10);
        assertThat(behind.events()).isEmpty();
        assertThat(behind.afterRetained()).isTrue();
        assertThat(brief.source().readLast(job, 10).events()).isEqualTo(page.events());
        assertThatExceptionOfType(JobEndedException.class)
                .isThrownBy(() -> brief.publisher().publish(job, NewEvent.of("job.created", "{}")));
    }

    @Test
    void j24_anEndIsForgottenWhenItsOwnTimeIsOver() {
        Duration ttl = Duration.ofMillis(200);
        Duration endTtl = Duration.ofMillis(600);
        ContractTransport brief = open(new JournalLimits(50, ttl, 1_024, endTtl));
        brief.publisher().publish(job, NewEvent.of("job.failed", "{}"));

        brief.letPass(endTtl.plusMillis(1));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> brief.source().readLast(job, 10).events().isEmpty());
        assertThat(brief.publisher().publish(job, NewEvent.of("job.created", "{}")))
                .isNotNull();
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

    private List<EventId> once(ContractTransport on, String key, NewEvent... events) {
        return on.publisher().publish(job, List.of(events), new IdempotencyKey(key));
    }

    private static NewEvent output(int n) {
        return NewEvent.of("step.output", "{\"n\":" + n + "}");
    }

    @Test
    void j27_aRepeatedPublicationIsAppendedOnceAndGetsTheFirstAnswer() {
        List<EventId> first = once(transport, "build-42/7", output(1), output(2));
        publish(1);

        List<EventId> again = once(transport, "build-42/7", output(1), output(2));

        assertThat(again).isEqualTo(first).hasSize(2);
        assertThat(all(transport.source(), job)).hasSize(3);
        assertThat(once(transport, "build-42/8", output(1), output(2))).doesNotContainAnyElementsOf(first);
        assertThat(all(transport.source(), job)).hasSize(5);
    }

    @Test
    void j28_aKeyOfOtherEventsIsAConflictAndNothingIsWritten() {
        once(transport, "key", output(1));

        for (List<NewEvent> others : List.of(
                List.of(output(2)),
                List.of(output(1), output(1)),
                List.of(NewEvent.of("step.progress", "{\"n\":1}")))) {
            assertThatExceptionOfType(IdempotencyConflictException.class)
                    .isThrownBy(() -> once(transport, "key", others.toArray(NewEvent[]::new)));
        }

        assertThat(all(transport.source(), job)).hasSize(1);
    }

    @Test
    void j29_aRepeatedEndIsTheFirstOne() {
        NewEvent end = NewEvent.of("job.completed", "{}");
        List<EventId> first = once(transport, "end", end);

        assertThat(once(transport, "end", end)).isEqualTo(first);
        assertThatExceptionOfType(JobEndedException.class).isThrownBy(() -> once(transport, "other", end));
    }

    @Test
    void j30_theKeysOfAnotherJobAreOthers() {
        JobId other = new JobId(job + ".other");
        once(transport, "key", output(1));

        List<EventId> ids = transport.publisher().publish(other, List.of(output(2)), new IdempotencyKey("key"));

        assertThat(all(transport.source(), other)).extracting(JobEvent::id).isEqualTo(ids);
    }

    @Test
    void j31_aRefusedPublicationLeavesItsKeyFree() {
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> once(transport, "key", NewEvent.of("job.failed", "{}"), output(1)));

        assertThat(once(transport, "key", output(1))).hasSize(1);
    }

    @Test
    void j32_theNewestKeysAreRemembered() {
        ContractTransport wide =
                open(new JournalLimits(2 * IdempotencyKey.MOST_REMEMBERED, Duration.ofMinutes(5), 1_024));
        List<EventId> first = once(wide, "key-0", output(0));
        for (int i = 1; i <= IdempotencyKey.MOST_REMEMBERED; i++) {
            once(wide, "key-" + i, output(i));
        }

        assertThat(once(wide, "key-1", output(1))).hasSize(1);
        assertThat(once(wide, "key-0", output(0))).isNotEqualTo(first);
        assertThat(all(wide.source(), job)).hasSize(IdempotencyKey.MOST_REMEMBERED + 2);
    }

    @Test
    void j33_keysAreForgottenWithTheJournal() {
        Duration ttl = Duration.ofMillis(400);
        ContractTransport brief = open(new JournalLimits(50, ttl, 1_024));
        List<EventId> first = once(brief, "key", output(1));

        brief.letPass(ttl.plusMillis(1));

        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        brief.source().readAfter(job, EventId.NONE, 10).events().isEmpty());
        assertThat(once(brief, "key", output(2))).isNotEqualTo(first);
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
                after = events.get(events.size() - 1).id();
            }
        } while (page.more());
        return events;
    }

    private ContractTransport open(JournalLimits limits) {
        ContractTransport opened = transport(limits);
        open.add(opened);
        return opened;
    }

    private List<EventId> publish(int count) {
        return transport
                .publisher()
                .publish(
                        job,
                        IntStream.range(0, count)
                                .mapToObj(n -> NewEvent.of("step.output", "{\"n\":" + n + "}"))
                                .toList());
    }
}
