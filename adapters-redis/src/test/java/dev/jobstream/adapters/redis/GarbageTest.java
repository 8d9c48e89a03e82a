package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.domain.JournalContract;
import dev.jobstream.test.domain.RecordingListener;
import dev.jobstream.tools.ValkeyServer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.data.redis.connection.ReturnType;

/** What others write to Valkey may be anything: it is counted and skipped, and streams go on. */
class GarbageTest {

    private static final int TOO_LARGE = 400 * 1024;

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final TestTransport valkey = new TestTransport(ValkeyServer.shared(), JournalLimits.DEFAULT);

    @AfterEach
    void close() {
        valkey.close();
    }

    static List<String> badMessages() {
        return List.of(
                "",
                "not json",
                "[]",
                "null",
                "{}",
                "{\"event\":\"step.output\"}",
                "{\"data\":{}}",
                "{\"event\":5,\"data\":{}}",
                "{\"event\":\"step.output\",\"data\":[]}",
                "{\"event\":\"step.output\",\"data\":\"text\"}",
                "{\"event\":\"step.output\",\"data\":{\"a\":}}",
                "{\"event\":\"step.output\",\"data\":{}} trailing",
                "{\"event\":\"stream.gap\",\"data\":{}}",
                "{\"event\":\"Step Output\",\"data\":{}}",
                "{\"id\":\"x\",\"prev\":\"0-0\",\"event\":\"step.output\",\"data\":{}}",
                "{\"event\":\"step.output\",\"data\":{\"raw\":\"a\nb\"}}",
                "{\"event\":\"step.output\",\"data\":{\"c\":\"" + "x".repeat(256 * 1024) + "\"}}",
                "{\"event\":\"step.output\",\"data\":{\"c\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}}");
    }

    @ParameterizedTest
    @MethodSource("badMessages")
    void aBadMessageIsSkippedAndCountedAndTheStreamGoesOn(String message) {
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = valkey.source().listen(job, listener)) {
            listener.awaitConnected();

            valkey.publishRaw(job, message);
            EventId next = valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));

            listener.awaitHeard(1);
            assertThat(listener.ids()).containsExactly(next);
            assertThat(valkey.skipped()).containsExactly(TransportProblems.Where.CHANNEL);
        }
    }

    @Test
    void anEventOfTheLargestSizeIsHeard() {
        String largest = "{\"c\":\"" + "x".repeat(256 * 1024 - 8) + "\"}";
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = valkey.source().listen(job, listener)) {
            listener.awaitConnected();

            valkey.publisher().publish(job, NewEvent.of("step.output", largest));
            valkey.publishLiveOnly(job, "step.output", largest);

            listener.awaitHeard(2);
        }
        assertThat(JournalContract.all(valkey.source(), job)).hasSize(1);
        assertThat(valkey.skipped()).isEmpty();
    }

    @Test
    void aKeyOfAnotherTypeIsNoJournalAndEverybodyIsToldSo() {
        byte[] key = TestTransport.bytes(TestTransport.KEYS.of(job));
        valkey.by(c -> c.listCommands().rPush(key, TestTransport.bytes("somebody else's")));

        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(() -> valkey.publisher().publish(job, NewEvent.of("step.output", "{}")))
                .withMessageContaining("holds a list, not a journal");
        assertThat(valkey.source().readAfter(job, EventId.NONE, 10).events()).isEmpty();
        assertThat(valkey.source().readLast(job, 10).events()).isEmpty();

        assertThat(valkey.skipped()).containsOnly(TransportProblems.Where.JOURNAL);
        long length = valkey.<Long>by(c -> c.listCommands().lLen(key));
        assertThat(length).isOne();
    }

    /** What the server has sent so far, in bytes. */
    private long sent() {
        return valkey.<Long>by(
                c -> Long.parseLong(c.serverCommands().info("stats").getProperty("total_net_output_bytes")));
    }

    @Test
    void largeNamesAndPredecessorsStayOnTheServer() {
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 10; i++) {
            xadd(List.of("event", large, "data", "{}", "prev", "0-0"));
            xadd(List.of("event", "step.output", "data", "{}", "prev", large));
        }
        EventId last = valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
        long before = sent();

        List<JobEvent> events = JournalContract.all(valkey.source(), job);

        assertThat(events).extracting(JobEvent::id).containsExactly(last);
        assertThat(sent() - before).isLessThan(100_000);
    }

    @Test
    void whatIsTooLargeIsLookedAtOnceAndPassedByFromThenOn() {
        EventId first = publish();
        EventId large = xadd(List.of("event", "x".repeat(TOO_LARGE), "data", "{}"));
        EventId second = publish();
        EventId largeToo = xadd(List.of("event", "step.output", "data", "{}", "other", "x".repeat(TOO_LARGE)));
        EventId third = publish();
        EventId newest = xadd(List.of("event", "step.output", "data", "x".repeat(TOO_LARGE)));
        for (boolean known : List.of(false, true)) {
            int counted = valkey.skipped().size();

            List<JobEvent> events = JournalContract.all(valkey.source(), job);
            assertThat(events).extracting(JobEvent::id).containsExactly(first, second, third);
            assertThat(events).extracting(JobEvent::prev).containsExactly(EventId.NONE, large, largeToo);
            assertThat(valkey.source().readLast(job, 3).events()).isEqualTo(events);
            assertThat(valkey.source().readLast(job, 1).passed()).isEqualTo(newest);
            assertThat(valkey.source().readBefore(job, third, 3).events()).isEqualTo(events.subList(0, 2));
            assertThat(valkey.source().readBefore(job, newest, 1).events()).isEqualTo(events.subList(2, 3));
            assertThat(valkey.source().readAfter(job, first, 4).events()).isEqualTo(events.subList(1, 3));
            JournalPage page = valkey.source().readAfter(job, newest, 2);
            assertThat(page.events()).isEmpty();
            assertThat(page.afterRetained()).isTrue();
            page = valkey.source().readAfter(job, third, 1);
            assertThat(page.events()).isEmpty();
            assertThat(page.passed()).isEqualTo(newest);

            assertThat(valkey.skipped().size() - counted)
                    .as("looked at, %s", known)
                    .satisfies(looks -> assertThat(looks == 0).isEqualTo(known));
        }
        EventId fourth = publish();
        assertThat(valkey.source().readAfter(job, newest, 1).events())
                .singleElement()
                .satisfies(event -> assertThat(event.id()).isEqualTo(fourth))
                .satisfies(event -> assertThat(event.prev()).isEqualTo(newest));
    }

    @Test
    void whatWasTooLargeIsNotBelievedToBeInAJournalThatHasLostEntries() {
        EventId first = publish();
        EventId large = xadd(List.of("event", "x".repeat(TOO_LARGE), "data", "{}"));
        assertThat(valkey.source().readAfter(job, first, 1).passed()).isEqualTo(large);
        valkey.by(c -> c.execute("XDEL", key(), TestTransport.bytes(large.toString())));

        assertThat(valkey.source().readAfter(job, first, 1).passed()).isNull();
        assertThat(valkey.source().readAfter(job, large, 1).afterRetained()).isFalse();
    }

    @Test
    void anEndOfWhichTheDataIsTooLargeIsAnEndEachTime() {
        EventId first = publish();
        EventId end = xadd(List.of("event", "job.failed", "data", "x".repeat(TOO_LARGE), "prev", first.toString()));
        for (int i = 0; i < 2; i++) {
            assertThat(valkey.source().readAfter(job, first, 1).events())
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.id()).isEqualTo(end);
                        assertThat(event.prev()).isEqualTo(first);
                        assertThat(event.isTerminal()).isTrue();
                        assertThat(event.data().isLost()).isTrue();
                    });
        }
    }

    @Test
    void anEntryMayHaveTheGreatestIdThereIs() {
        EventId greatest = new EventId(-1, -1);
        EventId first = publish();
        xadd(greatest.toString(), List.of("noise", "x"));

        assertThat(JournalContract.all(valkey.source(), job))
                .extracting(JobEvent::id)
                .containsExactly(first);
        assertThat(valkey.source().readAfter(job, first, 10).passed()).isEqualTo(greatest);
        assertThat(valkey.source().readAfter(job, greatest, 10).afterRetained()).isTrue();
        assertThat(valkey.source().readBefore(job, greatest, 10).events())
                .extracting(JobEvent::id)
                .containsExactly(first);
        assertThatExceptionOfType(InvalidEventException.class)
                .isThrownBy(this::publish)
                .withMessageContaining("nothing can follow it");
    }

    static List<List<String>> badEntries() {
        return List.of(
                List.of("something", "else"),
                List.of("event", "step.output"),
                List.of("data", "{}"),
                List.of("event", "step.output", "data", "not json"),
                List.of("event", "step.output", "data", "{} {}"),
                List.of("event", "step.output", "data", "[]", "prev", "0-0"),
                List.of("event", "stream.gap", "data", "{}", "prev", "0-0"),
                List.of("event", "Step", "data", "{}"),
                List.of("event", "step.output", "data", "{\"c\":\"" + "x".repeat(300 * 1024) + "\"}"));
    }

    @ParameterizedTest
    @MethodSource("badEntries")
    void aBadEntryIsAHoleBehindWhichTheChainGoesOn(List<String> fields) {
        EventId first = publish();
        xadd(withPrev(fields, first));
        EventId bad = xadd(withPrev(fields, null));
        EventId second = publish();
        EventId third = publish();

        List<JobEvent> journal = JournalContract.all(valkey.source(), job);

        assertThat(journal).extracting(JobEvent::id).containsExactly(first, second, third);
        assertThat(journal).extracting(JobEvent::prev).containsExactly(EventId.NONE, bad, second);
        assertThat(valkey.skipped()).containsExactly(TransportProblems.Where.JOURNAL, TransportProblems.Where.JOURNAL);
        assertThat(valkey.source().readAfter(job, first, 1).events().get(0).prev())
                .isEqualTo(bad);
        assertThat(valkey.source().readLast(job, 3).events()).isEqualTo(journal);
    }

    @Test
    void anEventWithoutAPredecessorFollowsTheOneBeforeIt() {
        EventId first = publish();
        EventId second = xadd(List.of("event", "step.output", "data", "{}"));
        EventId third = xadd(List.of("event", "step.output", "data", "{}", "prev", "what?"));

        List<JobEvent> journal = JournalContract.all(valkey.source(), job);

        assertThat(journal).extracting(JobEvent::id).containsExactly(first, second, third);
        assertThat(journal).extracting(JobEvent::prev).containsExactly(EventId.NONE, first, second);
    }

    @Test
    void manyBadEntriesNeitherStopAReaderNorEmptyAPage() {
        EventId first = publish();
        xaddGarbage(1_500);
        EventId lastBad = newest();
        EventId second = publish();
        xaddGarbage(600);
        EventId newestBad = newest();

        JournalPage page = valkey.source().readAfter(job, EventId.NONE, 1);
        assertThat(page.events()).extracting(JobEvent::id).containsExactly(first);
        assertThat(page.more()).isTrue();
        page = valkey.source().readAfter(job, first, 1);
        assertThat(page.events()).extracting(JobEvent::id).containsExactly(second);
        assertThat(page.events()).extracting(JobEvent::prev).containsExactly(lastBad);
        page = valkey.source().readAfter(job, second, 1);
        assertThat(page.events()).isEmpty();
        assertThat(page.more()).isFalse();
        assertThat(page.passed()).isEqualTo(newestBad);
        int counted = valkey.skipped().size();
        page = valkey.source().readAfter(job, newestBad, 1);
        assertThat(page.afterRetained()).as("whoever reads on from there").isTrue();
        assertThat(valkey.skipped()).as("is not given the same again").hasSize(counted);
        assertThat(valkey.source().readLast(job, 1).events())
                .extracting(JobEvent::id)
                .containsExactly(second);
    }

    @Test
    void aDeletedEntryShowsAsAHole() {
        EventId first = publish();
        EventId deleted = publish();
        EventId third = publish();
        valkey.by(c -> c.execute("XDEL", key(), TestTransport.bytes(deleted.toString())));

        List<JobEvent> journal = JournalContract.all(valkey.source(), job);

        assertThat(journal).extracting(JobEvent::id).containsExactly(first, third);
        assertThat(journal.get(1).prev()).isEqualTo(deleted);
    }

    @Test
    void aPageIsBoundedInBytes() {
        for (int i = 0; i < 12; i++) {
            valkey.publisher().publish(job, NewEvent.of("step.output", "{\"c\":\"" + "x".repeat(100 * 1024) + "\"}"));
        }

        JournalPage page = valkey.source().readAfter(job, EventId.NONE, 1_000);

        assertThat(page.events()).hasSize(3);
        assertThat(page.more()).isTrue();
        assertThat(valkey.source().readLast(job, 1_000).events()).hasSize(3);
        assertThat(JournalContract.all(valkey.source(), job)).hasSize(12);
    }

    @Test
    void whatWasSkippedOnTheWireLeavesAHoleThatTheJournalCloses() {
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = valkey.source().listen(job, listener)) {
            listener.awaitConnected();
            EventId first = publish();
            EventId garbage = xadd(List.of("event", "step.output", "data", "garbage"));
            EventId second = publish();

            assertThat(listener.awaitHeard(2).get(1).prev()).isEqualTo(garbage);
            assertThat(valkey.source().readAfter(job, first, 10).events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.id()).isEqualTo(second))
                    .satisfies(event -> assertThat(event.prev()).isEqualTo(garbage));
        }
        await().until(() -> !valkey.skipped().isEmpty());
    }

    private EventId newest() {
        List<Object> entries = valkey.by(c -> c.scriptingCommands()
                .eval(
                        TestTransport.bytes("return redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]"),
                        ReturnType.MULTI,
                        1,
                        key()));
        return EventId.parse(LuaScript.text(entries.get(0)));
    }

    private EventId publish() {
        return valkey.publisher().publish(job, NewEvent.of("step.output", "{}"));
    }

    private byte[] key() {
        return TestTransport.bytes(TestTransport.KEYS.of(job));
    }

    private EventId xadd(List<String> fields) {
        return xadd("*", fields);
    }

    private EventId xadd(String as, List<String> fields) {
        List<byte[]> arguments = new ArrayList<>(List.of(key(), TestTransport.bytes(as)));
        fields.forEach(field -> arguments.add(TestTransport.bytes(field)));
        Object id = valkey.by(c -> c.execute("XADD", arguments.toArray(new byte[0][])));
        return EventId.parse(LuaScript.text(id));
    }

    private void xaddGarbage(int count) {
        for (int i = 0; i < count; i++) {
            xadd(List.of("noise", "x"));
        }
    }

    private static List<String> withPrev(List<String> fields, EventId prev) {
        List<String> all = new ArrayList<>(fields);
        if (prev != null && !all.contains("prev")) {
            all.add("prev");
            all.add(prev.toString());
        }
        return all;
    }
}
