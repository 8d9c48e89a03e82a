package dev.jobstream.application.feed;

import dev.jobstream.domain.JobEvent;
import java.util.List;

/** Makes batches for benchmarks: only this package can. */
public final class BenchmarkBatches {

    private BenchmarkBatches() {}

    public static EventBatch of(List<JobEvent> events) {
        return new EventBatch(null, events);
    }
}
