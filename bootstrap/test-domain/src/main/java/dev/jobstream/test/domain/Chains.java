package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.util.List;

/** What holds of the events of a job, one after the other. */
final class Chains {

    private Chains() {}

    /** Fails unless they are a job's events from its first on, with none missing between them. */
    static void assertWhole(List<JobEvent> events) {
        EventId last = EventId.NONE;
        for (JobEvent event : events) {
            EventId id = event.journaledId();
            assertThat(event.prev()).isEqualTo(last);
            assertThat(id.isAfter(last)).isTrue();
            last = id;
        }
    }
}
