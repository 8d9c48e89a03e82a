package dev.jobstream.test;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.springframework.test.web.servlet.MvcResult;

/**
 * An event stream that {@code MockMvc} has opened. Its events are written to the mock response as they come, also after
 * {@code perform} has returned. Needs {@link AutoConfigureJobstream}.
 */
public final class MockMvcStream {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MvcResult result;

    private MockMvcStream(MvcResult result) {
        this.result = result;
    }

    /** The stream that this request was answered with. */
    public static MockMvcStream of(MvcResult result) {
        return new MockMvcStream(result);
    }

    /** The events that have come. */
    public List<SseEvent> events() {
        return SseReader.parse(result.getResponse().getContentAsByteArray());
    }

    /**
     * Waits until so many events have come, for at most 30 s.
     *
     * @return all that have
     */
    public List<SseEvent> awaitEvents(int count) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(this::events, events -> events.size() >= count);
    }
}
