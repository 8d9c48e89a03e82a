package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.application.StreamWorkers;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.RecordingConnection;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

// tag::noSpring[]
class NoSpringTest {

    private static final JobId JOB = new JobId("order-1");

    private final InMemoryTransport transport =
            new InMemoryTransport(JournalLimits.DEFAULT, InMemoryTransport.DEFAULT_MAX_BYTES, InstantSource.system());

    @Test
    void aClientGetsWhatIsRetainedAndWhatComes() {
        try (StreamWorkers threads = StreamWorkers.writing()) {
            JobEventStreams streams = new JobEventStreams(
                    transport,
                    new OrderAccess().access(),
                    StreamMetrics.NONE,
                    StreamSettings.DEFAULT,
                    threads,
                    StreamClock.system());
            transport.publish(JOB, NewEvent.of("job.started", "{}"));

            RecordingConnection client = new RecordingConnection();
            streams.open(new StreamRequest(JOB, StreamStart.beginning(), null)).start(client);
            transport.publish(JOB, NewEvent.of("job.completed", "{}"));

            assertThat(client.awaitEnd()).isEqualTo(EndReason.FINISHED);
            assertThat(client.events())
                    .extracting(JobEvent::type)
                    .extracting(Object::toString)
                    .containsExactly("job.started", "job.completed");
            assertThat(client.gaps()).isEmpty();
        }
    }
}
// end::noSpring[]
