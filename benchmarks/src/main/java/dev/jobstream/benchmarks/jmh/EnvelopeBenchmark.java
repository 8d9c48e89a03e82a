package dev.jobstream.benchmarks.jmh;

import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.NewEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reading an event: from the channel, and as a publisher hands it in. */
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

    private static final JsonFactory JACKSON = new JsonFactory();

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
    public EventEnvelope.Received fromChannel() {
        return EventEnvelope.receive(message);
    }

    @Benchmark
    public List<NewEvent> fromPublisher() {
        return EventEnvelope.parsePublication(publication, 0, publication.length);
    }

    /**
     * The least that Jackson would have to do in place of {@link #fromChannel}: read every token, and note where the data
     * begins and ends. It does not check what the envelope checks besides, nor that the data has no line break.
     */
    @Benchmark
    public String fromChannelByJackson() {
        String id = "";
        long begin = 0;
        long end = 0;
        try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), message)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("data")) {
                    begin = parser.currentTokenLocation().getByteOffset();
                    for (int depth = 1; depth > 0; ) {
                        JsonToken token = parser.nextToken();
                        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                        parser.finishToken();
                    }
                    end = parser.currentLocation().getByteOffset();
                } else if (value == JsonToken.VALUE_STRING) {
                    id = parser.getString();
                }
            }
        }
        byte[] data = Arrays.copyOfRange(message, (int) begin, (int) end);
        return id + data.length;
    }
}
