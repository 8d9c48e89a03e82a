package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LargeEntriesTest {

    private static final JobId JOB = new JobId("job");

    private final AtomicLong now = new AtomicLong();
    private final LargeEntries large = new LargeEntries(now::get);

    private static JournalEntry entry(long time) {
        return new JournalEntry(new EventId(time, 0), null, null, EventData.LOST);
    }

    @Test
    void knowsThoseOfAJobInOrder() {
        large.add(JOB, List.of(entry(2), entry(1)), 5);
        large.add(JOB, List.of(entry(3)), 6);
        large.add(JOB, List.of(), 7);

        assertThat(large.of(JOB).entries().values()).containsExactly(entry(1), entry(2), entry(3));
        assertThat(large.of(JOB).isDoubtful(7)).isFalse();
        assertThat(large.of(JOB).isDoubtful(6)).isTrue();
        assertThat(large.of(new JobId("other")).entries()).isEmpty();
        assertThat(large.of(new JobId("other")).isDoubtful(0)).isFalse();
    }

    @Test
    void forgetsAJobWhenItIsToldToAndAfterAWhile() {
        large.add(JOB, List.of(entry(1)), 1);
        large.forget(JOB);
        assertThat(large.of(JOB).entries()).isEmpty();

        large.add(JOB, List.of(entry(1)), 1);
        now.addAndGet(TimeUnit.MINUTES.toNanos(10));
        large.add(JOB, List.of(entry(2)), 2);
        assertThat(large.of(JOB).entries()).hasSize(2);
        now.incrementAndGet();
        assertThat(large.of(JOB).entries()).isEmpty();
    }

    @Test
    void knowsTheNewestOfAJobAndSoManyJobs() {
        for (int i = 1; i <= 100; i++) {
            large.add(JOB, List.of(entry(i)), i);
        }
        assertThat(large.of(JOB).entries()).hasSize(64);
        assertThat(large.of(JOB).entries().firstKey()).isEqualTo(new EventId(37, 0));

        for (int i = 0; i < 1_000; i++) {
            large.add(new JobId("job-" + i), List.of(entry(1)), 1);
        }
        assertThat(large.of(JOB).entries()).isEmpty();
        assertThat(large.of(new JobId("job-999")).entries()).hasSize(1);
    }
}
