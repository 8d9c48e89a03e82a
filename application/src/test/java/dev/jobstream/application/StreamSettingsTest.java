package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StreamSettingsTest {

    private static final Duration NEGATIVE = Duration.ofNanos(-1);

    @Test
    void theSmallestOfEachMayBe() {
        StreamSettings smallest = StreamSettings.DEFAULT
                .withHeartbeat(Duration.ofNanos(1))
                .withMaxLifetime(Duration.ZERO)
                .withFeed(feed -> feed.withLinger(Duration.ZERO))
                .withOpenWait(Duration.ZERO)
                .withMaxStreams(1)
                .withFeed(feed -> feed.withWindow(1, 1))
                .withFeed(feed -> feed.withBatch(1, 1));

        assertThat(smallest.heartbeat()).isEqualTo(Duration.ofNanos(1));
        assertThat(smallest.maxStreams()).isOne();
    }

    @Test
    void whatIsOutOfRangeIsNamedWithItsValue() {
        refused("heartbeat must be positive, is PT0S", settings -> settings.withHeartbeat(Duration.ZERO));
        refused("heartbeat must be positive, is PT-0.000000001S", settings -> settings.withHeartbeat(NEGATIVE));
        refused("maxLifetime must not be negative, is PT-0.000000001S", settings -> settings.withMaxLifetime(NEGATIVE));
        refused(
                "linger must not be negative, is PT-0.000000001S",
                settings -> settings.withFeed(feed -> feed.withLinger(NEGATIVE)));
        refused("openWait must not be negative, is PT-0.000000001S", settings -> settings.withOpenWait(NEGATIVE));
        refused("maxStreams must be at least 1, is 0", settings -> settings.withMaxStreams(0));
        refused("windowEvents must be at least 1, is 0", settings -> settings.withFeed(feed -> feed.withWindow(0, 1)));
        refused("windowBytes must be at least 1, is 0", settings -> settings.withFeed(feed -> feed.withWindow(1, 0)));
        refused("batchEvents must be at least 1, is 0", settings -> settings.withFeed(feed -> feed.withBatch(0, 1)));
        refused("batchBytes must be at least 1, is 0", settings -> settings.withFeed(feed -> feed.withBatch(1, 0)));
    }

    private static void refused(String message, UnaryOperator<StreamSettings> change) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(StreamSettings.DEFAULT))
                .withMessage(message);
    }
}
