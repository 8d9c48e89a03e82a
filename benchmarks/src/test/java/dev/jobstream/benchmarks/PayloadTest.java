package dev.jobstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.SseParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PayloadTest {

    @Test
    void numbersAreReadBack() {
        Payload.Reader reader = new Payload.Reader();
        List<Long> read = new ArrayList<>();
        SseParser numbers = new SseParser(event -> {
            assertThat(reader.read(event.data())).isTrue();
            read.add(reader.number);
            read.add(reader.nanos);
        });
        byte[] data = new Payload(200).write(4711, 123_456_789_012_345L);
        assertThat(data.length).isBetween(190, 210);
        byte[] block =
                ("data:" + new String(data, StandardCharsets.US_ASCII) + "\n\n").getBytes(StandardCharsets.US_ASCII);

        numbers.feed(block, 0, block.length);

        assertThat(read).containsExactly(4711L, 123_456_789_012_345L);
    }

    @Test
    void whatIsNoPayloadIsTold() {
        Payload.Reader reader = new Payload.Reader();
        List<Boolean> read = new ArrayList<>();
        SseParser other = new SseParser(event -> read.add(reader.read(event.data())));
        byte[] blocks = """
                data: {"after":"1764064812345-0","resumesAt":"1764064812391-0"}

                data: {"some":"thing","n":1,"t":x}

                data: {}

                data: {"some longer thing here":"n","t":12345}

                """.getBytes(StandardCharsets.US_ASCII);

        other.feed(blocks, 0, blocks.length);

        assertThat(read).containsExactly(false, false, false, false);
    }
}
