package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.test.domain.RecordingListener;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What the log says of a Valkey that cannot be listened to: each cause once, however often it is tried. */
class SubscriptionComplaintsTest {

    private final LettuceConnectionFactory connections = mock(LettuceConnectionFactory.class);
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile RuntimeException failure = new RedisConnectionException("refused");
    private final SkippedMessages skipped = new SkippedMessages(TransportProblems.IGNORED);
    private final ChannelSubscriptions wire = new ChannelSubscriptions(
            connections,
            new Installation(TestTransport.KEYS, 0, JournalLimits.DEFAULT, PubSub.CLASSIC),
            new LiveOnlyEnds((job, events) -> List.of(), skipped),
            skipped,
            Duration.ofSeconds(1));

    private final LoggedBy logged = new LoggedBy(ChannelSubscriptions.class);

    @BeforeEach
    void start() {
        when(connections.getConnection()).thenAnswer(call -> {
            attempts.incrementAndGet();
            throw failure;
        });
        wire.listen(new JobId("job"), new RecordingListener());
        wire.start();
    }

    @AfterEach
    void stop() {
        wire.stop();
        logged.close();
    }

    @Test
    void aCauseIsNamedOnceAndHidesNoOther() {
        awaitAttempts(3);
        failure = new RedisCommandExecutionException("NOPERM no permission to subscribe");
        awaitAttempts(3);
        failure = new RedisCommandExecutionException("LOADING the dataset");
        awaitAttempts(3);
        failure = new RedisConnectionException("refused once more");
        awaitAttempts(3);

        assertThat(logged.lines())
                .extracting(line -> line.replaceFirst("Valkey cannot be listened to, trying again: ", ""))
                .containsExactly("refused", "NOPERM no permission to subscribe", "LOADING the dataset");
    }

    private void awaitAttempts(int more) {
        int enough = attempts.get() + more;
        await().atMost(Duration.ofSeconds(20)).until(() -> attempts.get() >= enough);
    }
}
