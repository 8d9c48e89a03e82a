package dev.jobstream.application;

import static dev.jobstream.test.domain.Events.event;
import static dev.jobstream.test.domain.Events.terminal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.application.feed.Feeds;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.ScriptedSource;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One session between a feed and a client whose writes are in the test's hand. */
class StreamSessionTest {

    private static final JobId JOB = new JobId("job");

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedSource source = new ScriptedSource();
    private final List<String> counted = new ArrayList<>();
    private final StreamSettings settings =
            StreamSettings.DEFAULT.withOpenWait(Duration.ZERO).withFeed(feed -> feed.withBatch(1, 1_000_000));
    private final JobEventStreams streams =
            new JobEventStreams(source, new Everybody(), metrics(), settings, workers, clock);
    private final Client client = new Client();

    // ---- the first reason stays ----

    @Test
    void aStreamThatIsRevokedWhileItsClientLeavesIsRevoked() {
        watch();
        client.meanwhile = this::revoke;
        client.failure = new IOException("gone");
        publish(1);

        assertThat(client.got).containsExactly("REVOKED");
        assertThat(counted).contains("ended REVOKED").doesNotContain("ended CLIENT_GONE");
    }

    @Test
    void aStreamThatIsRevokedWhileItsClientFailsIsRevokedAndTheFailureReported() {
        watch();
        client.meanwhile = this::revoke;
        client.failure = new IllegalStateException("on purpose");

        assertThatIllegalStateException().isThrownBy(() -> publish(1));
        assertThat(client.got).containsExactly("REVOKED");
    }

    @Test
    void aStreamThatIsRevokedWhileItsLastEventIsWrittenIsRevoked() {
        watch();
        client.meanwhile = this::revoke;
        source.channel.onEvent(terminal(1));
        workers.runAll();

        assertThat(client.got).containsExactly("1-0", "REVOKED");
    }

    // ---- why it ends ----

    @Test
    void aClientThatTheContainerFindsStalledIsToldApartFromOneThatHasGone() {
        EventStream stream = watch();
        client.slow = true;
        publish(1);
        stream.onStalled();
        workers.runAll();

        assertThat(client.got).containsExactly("1-0", "STALLED");
        assertThat(counted).contains("ended STALLED");
    }

    @Test
    void aFailureOfOurOwnEndsTheStreamAndIsReported() {
        watch();
        client.failure = new IllegalStateException("on purpose");

        assertThatIllegalStateException().isThrownBy(() -> publish(1)).withMessage("on purpose");
        assertThat(client.got).containsExactly("SOURCE_LOST");
        assertThat(streams.openStreams()).isZero();
    }

    @Test
    void aClientWhoseCloseFailsLeavesNoStreamBehind() {
        EventStream stream = watch();
        client.closeFailure = new IllegalStateException("on purpose");

        stream.close();

        assertThatIllegalStateException().isThrownBy(workers::runAll);
        assertThat(client.got).containsExactly("CLIENT_GONE");
        assertThat(streams.openStreams()).isZero();
    }

    @Test
    void nothingIsWrittenBehindAnEndThatCameBetweenTwoBatches() {
        EventStream stream = watch();
        client.meanwhile = stream::close;
        source.channel.onEvent(event(1));
        source.channel.onEvent(event(2));
        workers.runAll();

        assertThat(client.got).containsExactly("1-0", "CLIENT_GONE");
    }

    @Test
    void whoHasLeftIsNotAmongTheWatchersAndNothingIsWrittenToIt() {
        EventStream stream = watch();
        stream.close();
        workers.runAll();
        client.take();

        publish(1);

        assertThat(Feeds.all(((StreamSession) stream).feed().watchers())).isEmpty();
        assertThat(client.got).isEmpty();
    }

    // ---- beats ----

    @Test
    void aBeatIsCountedAndOneIsNotDueUntilTheNextHeartbeat() {
        watch();
        pass(Duration.ofSeconds(15));
        assertThat(client.take()).containsExactly("heartbeat");
        assertThat(counted).containsOnlyOnce("heartbeat");

        pass(Duration.ofSeconds(10));
        assertThat(client.take()).isEmpty();
        pass(Duration.ofSeconds(5));
        assertThat(client.take()).containsExactly("heartbeat");
    }

    @Test
    void anEventThatComesWithTheBeatTakesItsPlace() {
        watch();
        clock.advance(Duration.ofSeconds(15));
        streams.tick();
        source.channel.onEvent(event(1));
        workers.runAll();

        assertThat(client.take()).containsExactly("1-0");
        pass(Duration.ofSeconds(10));
        assertThat(client.take()).isEmpty();
    }

    @Test
    void aStreamIsIdleFromTheMomentItsConnectionComes() {
        EventStream stream = streams.open(request());
        clock.advance(Duration.ofSeconds(14));
        stream.start(client);
        workers.runAll();

        pass(Duration.ofSeconds(10));
        assertThat(client.take()).isEmpty();
        pass(Duration.ofSeconds(5));
        assertThat(client.take()).containsExactly("heartbeat");
    }

    @Test
    void aConnectionThatTakesLongToWriteDoesNotBeatMeanwhile() {
        watch();
        client.meanwhile = () -> {
            clock.advance(Duration.ofSeconds(20));
            streams.tick();
        };
        publish(1);

        assertThat(client.take()).containsExactly("1-0");
    }

    // ---- turns ----

    @Test
    void aLongDrainLetsOthersTakeTheirTurn() {
        EventStream stream = watch();
        client.slow = true;
        publish(1);
        client.take();
        for (int n = 2; n <= 41; n++) {
            source.channel.onEvent(event(n));
        }
        client.slow = false;
        List<Integer> sizes = new ArrayList<>();

        stream.onWritable();
        sizes.add(client.got.size());
        workers.execute(() -> sizes.add(client.got.size()));
        workers.runAll();

        assertThat(sizes)
                .as("what was written on the thread that is not ours, and before the other's turn")
                .containsExactly(2, 2 + 16);
        assertThat(client.got).hasSize(40);
    }

    private EventStream watch() {
        EventStream stream = streams.open(request());
        stream.start(client);
        source.channel.onConnected();
        workers.runAll();
        assertThat(client.got).isEmpty();
        return stream;
    }

    private static StreamRequest request() {
        return new StreamRequest(JOB, StreamStart.beginning(), null);
    }

    private void publish(int n) {
        source.channel.onEvent(event(n));
        workers.runAll();
    }

    private void revoke() {
        streams.revoke(request -> true);
    }

    private void pass(Duration time) {
        clock.advance(time);
        streams.tick();
        workers.runAll();
    }

    private StreamMetrics metrics() {
        return new StreamMetrics() {
            @Override
            public void streamEnded(EndReason reason) {
                counted.add("ended " + reason);
            }

            @Override
            public void heartbeatSent() {
                counted.add("heartbeat");
            }
        };
    }

    /** A client to which something happens while it is written to, and whose writes fail when they are told to. */
    private static final class Client implements ClientConnection {

        final List<String> got = new ArrayList<>();

        @Nullable
        Runnable meanwhile;

        @Nullable
        Exception failure;

        @Nullable
        RuntimeException closeFailure;

        boolean slow;

        @Override
        public boolean send(EventBatch batch) throws IOException {
            Stream.ofNullable(meanwhile).forEach(Runnable::run);
            meanwhile = null;
            if (failure instanceof IOException e) {
                throw e;
            } else if (failure instanceof RuntimeException e) {
                throw e;
            }
            batch.events().forEach(event -> got.add(event.journaledId().toString()));
            return !slow;
        }

        @Override
        public boolean position(EventId id) {
            got.add("at " + id);
            return !slow;
        }

        @Override
        public boolean heartbeat() {
            got.add("heartbeat");
            return !slow;
        }

        @Override
        public void close(EndReason reason) {
            got.add(reason.name());
            if (closeFailure != null) {
                throw closeFailure;
            }
        }

        List<String> take() {
            List<String> taken = List.copyOf(got);
            got.clear();
            return taken;
        }
    }
}
