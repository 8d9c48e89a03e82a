package dev.jobstream.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventPublisherTest {

    private final List<NewEvent> published = new ArrayList<>();
    private final EventPublisher publisher = (job, events) -> {
        published.addAll(events);
        return List.of(new EventId(7, 1));
    };

    @Test
    void oneEventIsAListOfOneAndItsIdIsTheOneGiven() {
        NewEvent event = NewEvent.of("job.started", "{}");

        assertThat(publisher.publish(new JobId("job"), event)).isEqualTo(new EventId(7, 1));
        assertThat(published).containsExactly(event);
    }
}
