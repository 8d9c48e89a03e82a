package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ScriptedSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ticker's own thread: that it ticks, goes on, and ends. How often is a matter of taste. */
class StreamTickerTest {

    private final AtomicInteger ticks = new AtomicInteger();
    private volatile Thread ticker;
    private volatile @Nullable Throwable failing;

    private final StreamClock clock = new StreamClock() {
        @Override
        public long nanos() {
            ticker = Thread.currentThread();
            ticks.incrementAndGet();
            if (failing instanceof Error error) {
                throw error;
            }
            if (failing instanceof RuntimeException exception) {
                throw exception;
            }
            return 0;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    };
    private final JobEventStreams streams = new JobEventStreams(
            new ScriptedSource(), new Everybody(), StreamMetrics.NONE, StreamSettings.DEFAULT, Runnable::run, clock);

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000000001S", "PT0.1S", "PT8760H"})
    void ticksAgainAndAgainHoweverShortOrLongTheHeartbeat(Duration heartbeat) {
        try (StreamTicker ignored = StreamTicker.start(streams, heartbeat)) {
            await().until(() -> ticks.get() >= 3);
        }
    }

    @Test
    void keepsNoProgramFromEndingAndHasANameInAThreadDump() {
        try (StreamTicker ignored = StreamTicker.start(streams, Duration.ofMillis(200))) {
            await().until(() -> ticks.get() > 0);

            assertThat(ticker.isDaemon()).isTrue();
            assertThat(ticker.getName()).isEqualTo("jobstream-ticker");
        }
    }

    @Test
    void endsWhenItIsClosed() {
        StreamTicker toClose = StreamTicker.start(streams, Duration.ofMillis(200));
        await().until(() -> ticks.get() > 0);

        toClose.close();

        await().until(() -> !ticker.isAlive());
    }

    static List<Throwable> failures() {
        return List.of(new IllegalStateException("on purpose"), new AssertionError("on purpose"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aTickThatFailsIsReportedAndTheNextOneComes(Throwable thrown) {
        List<Throwable> reported = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> reported.add(failure));
        failing = thrown;
        try (StreamTicker ignored = StreamTicker.start(streams, Duration.ofMillis(200))) {
            await().dontCatchUncaughtExceptions().until(() -> reported.size() >= 2);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }

        assertThat(reported).containsOnly(thrown);
    }
}
