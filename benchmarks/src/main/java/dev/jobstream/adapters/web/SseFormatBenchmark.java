package dev.jobstream.adapters.web;

import dev.jobstream.adapters.web.formats.SseFormat;
import dev.jobstream.application.feed.BenchmarkBatches;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.benchmarks.jmh.Events;
import dev.jobstream.domain.EventData;
import dev.jobstream.domain.JobEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writing a batch as Server-Sent Events, which happens once for all who get it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class SseFormatBenchmark {

    @Param({"1", "100"})
    public int events;

    /** About how many bytes of data an event has. */
    @Param({"120", "8000"})
    public int size;

    private EventBatch batch;

    @Setup
    public void setUp() {
        List<JobEvent> all = new ArrayList<>();
        EventData data = EventData.parse(Events.data(size));
        for (int number = 1; number <= events; number++) {
            all.add(Events.event(number, data));
        }
        batch = BenchmarkBatches.of(all);
    }

    @Benchmark
    public byte[] encode() {
        return SseFormat.INSTANCE.encoder().apply(batch);
    }
}
