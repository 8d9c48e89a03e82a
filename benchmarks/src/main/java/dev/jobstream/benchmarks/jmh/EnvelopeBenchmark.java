package dev.jobstream.benchmarks.jmh;

import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.NewEvent;
import java.nio.charset.StandardCharsets;
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

/** Reading an event: from the wire, and as a publisher hands it in. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EnvelopeBenchmark {

    /** About how many bytes of data there are. */
    @Param({"120", "8000"})
    public int size;

    private byte[] message;
    private byte[] publication;

    @Setup
    public void setUp() {
        String data = Events.data(size);
        message = ("{\"id\":\"1764064812391-0\",\"event\":\"step.output\",\"data\":" + data
                        + ",\"prev\":\"1764064812345-0\"}")
                .getBytes(StandardCharsets.UTF_8);
        publication = ("{\"event\":\"step.output\",\"data\":" + data + "}").getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public EventEnvelope.Received fromWire() {
        return EventEnvelope.receive(message);
    }

    @Benchmark
    public List<NewEvent> fromPublisher() {
        return EventEnvelope.parsePublication(publication, 0, publication.length);
    }
}
