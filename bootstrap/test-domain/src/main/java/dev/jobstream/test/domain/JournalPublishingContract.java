package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.IdempotencyKey;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of {@link JournalContract} about publishing. */
abstract class JournalPublishingContract extends JournalBackwardsContract {

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
    @SuppressWarnings("try") // Listening is its use.
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
    @SuppressWarnings("try") // Listening is its use.
    void j17_lineBreaksBetweenTokensAreFolded() {
        RecordingListener listener = new RecordingListener();
        try (EventSource.Subscription ignored = transport.source().listen(job, listener)) {
            listener.awaitConnected();

            transport.publisher().publish(job, NewEvent.of("step.output", "{\r\n\"a\":\n1\r}"));

            assertThat(listener.awaitHeard(1).get(0).data()).hasToString("{ \"a\": 1 }");
        }
        assertThat(all(transport.source(), job).get(0).data()).hasToString("{ \"a\": 1 }");
    }

    List<EventId> once(ContractTransport on, String key, NewEvent... events) {
        return on.publisher().publish(job, List.of(events), new IdempotencyKey(key));
    }

    static NewEvent output(int n) {
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
}
