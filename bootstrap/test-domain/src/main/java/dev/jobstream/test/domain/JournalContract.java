package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every transport must do with its journal: the numbered contract of reading, publishing and retention. */
public abstract class JournalContract extends JournalPublishingContract {

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
        assertThat(brief.source().readBefore(job, BEHIND_ALL, 10).events()).isEqualTo(page.events());
        assertThat(brief.source().readBefore(job, end, 10).events()).isEmpty();
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
}
