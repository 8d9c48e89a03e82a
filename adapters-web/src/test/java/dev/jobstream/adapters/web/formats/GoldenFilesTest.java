package dev.jobstream.adapters.web.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.NewEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/wire shows, byte for byte: events as they are published, and what they are written as. */
class GoldenFilesTest {

    private static final Path WIRE = Path.of("..", "docs", "wire");
    private static final long TIME = 1764064812345L;
    private static final EventId POSITION = new EventId(TIME, 3);
    private static final List<EndReason> ANNOUNCED = Stream.of(
                    EndReason.TOKEN_EXPIRED,
                    EndReason.REVOKED,
                    EndReason.SHUTDOWN,
                    EndReason.OVERLOADED,
                    EndReason.SOURCE_LOST,
                    EndReason.MAX_LIFETIME)
            .toList();

    private static String golden(String file) throws IOException {
        return Files.readString(WIRE.resolve(file));
    }

    private static List<NewEvent> published() throws IOException {
        byte[] body = Files.readAllBytes(WIRE.resolve("publication.json"));
        return EventEnvelope.parsePublication(body, 0, body.length);
    }

    /** The example job, whose ids are counted from 0. */
    private static EventBatch example() throws IOException {
        List<JobEvent> events = new ArrayList<>();
        EventId last = EventId.NONE;
        for (NewEvent event : published()) {
            EventId id = new EventId(TIME, events.size());
            events.add(JobEvent.journaled(id, last, event.type(), event.data()));
            last = id;
        }
        return Objects.requireNonNull(EventBatch.of(null, new JournalPage(events, false, true)));
    }

    /** Two events between which some are missing, without the second one; and all after the first one lost. */
    private static List<EventBatch> gaps() throws IOException {
        NewEvent event = published().get(0);
        EventId after = new EventId(TIME + 54, 0);
        JobEvent next = JobEvent.journaled(after, new EventId(TIME + 53, 0), event.type(), event.data());
        return List.of(
                Objects.requireNonNull(EventBatch.of(POSITION, new JournalPage(List.of(next), false, false))),
                Objects.requireNonNull(EventBatch.of(POSITION, new JournalPage(List.of(), false, false))));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    @Test
    void theExampleAsServerSentEvents() throws IOException {
        SseFormat format = SseFormat.INSTANCE;
        assertThat(text(format.opening(null)) + text(format.encoder().apply(example())))
                .isEqualTo(golden("stream.sse"));
    }

    @Test
    void theExampleAsNdjson() throws IOException {
        NdjsonFormat format = NdjsonFormat.INSTANCE;
        assertThat(text(format.opening(null)) + text(format.encoder().apply(example())))
                .isEqualTo(golden("stream.ndjson"));
    }

    @Test
    void theExampleAsText() throws IOException {
        TextFormat format = TextFormat.INSTANCE;
        assertThat(text(format.opening(null)) + text(format.encoder().apply(example())))
                .isEqualTo(golden("stream.txt"));
    }

    /** Each message is a line of the NDJSON, and a page is an array of them. */
    @Test
    void theExampleAsMessagesAndAsAPage() throws IOException {
        List<String> messages =
                Envelopes.of(example()).stream().map(GoldenFilesTest::text).toList();
        assertThat(messages).isEqualTo(golden("stream.ndjson").lines().toList());
        assertThat("[" + String.join(",", messages) + "]").isEqualTo(golden("page.json"));
    }

    /** How long a client is to wait before it comes back is another number for each. */
    private static String withoutJitter(String text) {
        return text.replaceAll("retry: [0-9]+", "retry: 3000");
    }

    @Test
    void whatAStreamTellsOfItselfAsServerSentEvents() throws IOException {
        SseFormat format = SseFormat.INSTANCE;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(format.opening(POSITION));
        for (EventBatch batch : gaps()) {
            String written = text(format.encoder().apply(batch));
            all.writeBytes(written.substring(0, written.indexOf("\n\n") + 2).getBytes(UTF_8));
        }
        all.writeBytes(format.position(POSITION));
        all.writeBytes(format.heartbeat());
        ANNOUNCED.forEach(reason -> all.writeBytes(format.closing(reason)));
        assertThat(withoutJitter(all.toString(UTF_8))).isEqualTo(golden("control.sse"));
    }

    @Test
    void whatAStreamTellsOfItselfAsEnvelopes() throws IOException {
        NdjsonFormat format = NdjsonFormat.INSTANCE;
        StringBuilder all = new StringBuilder(text(format.opening(POSITION)));
        for (EventBatch batch : gaps()) {
            String written = text(format.encoder().apply(batch));
            all.append(written, 0, written.indexOf('\n') + 1);
        }
        all.append(text(format.position(POSITION))).append(text(format.heartbeat()));
        ANNOUNCED.forEach(reason -> all.append(text(format.closing(reason))));
        assertThat(all).hasToString(golden("control.ndjson"));
        assertThat(ANNOUNCED.stream()
                        .map(reason -> text(Objects.requireNonNull(Envelopes.closing(reason))))
                        .collect(Collectors.joining("\n", "", "\n")))
                .isEqualTo(golden("control.ndjson")
                        .substring(golden("control.ndjson").indexOf("\n\n") + 2));
    }

    /** Whatever end is announced is shown. */
    @Test
    void noEndIsForgotten() {
        assertThat(Stream.of(EndReason.values()).filter(reason -> reason.closing() != null))
                .containsExactlyInAnyOrderElementsOf(ANNOUNCED);
    }
}
