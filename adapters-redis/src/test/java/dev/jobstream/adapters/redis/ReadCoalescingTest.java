package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ValkeyServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadCoalescingTest {

    /** What is no buffer counts, too, and each the same. */
    private static final Object MESSAGE = "message";

    private final EmbeddedChannel channel = new EmbeddedChannel(new ReadCoalescing());

    ReadCoalescingTest() {
        channel.freezeTime();
    }

    private void read() {
        read(1);
    }

    private void read(int messages) {
        for (int i = 0; i < messages; i++) {
            channel.pipeline().fireChannelRead(MESSAGE);
        }
        channel.pipeline().fireChannelReadComplete();
    }

    private void pass(long nanos) {
        channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
        channel.runPendingTasks();
    }

    private boolean reads() {
        return channel.config().isAutoRead();
    }

    @Test
    void messagesThatComeNowAndThenAreNeverKeptWaiting() {
        for (int i = 0; i < 5; i++) {
            read();
            assertThat(reads()).isTrue();
            pass(ReadCoalescing.PAUSE_NANOS * 2);
        }
    }

    @Test
    void behindTwoThatComeTogetherTheNextGather() {
        read();
        pass(ReadCoalescing.PAUSE_NANOS / 10);
        assertThat(reads()).isTrue();
        read();
        assertThat(reads()).isFalse();
        pass(ReadCoalescing.PAUSE_NANOS - 1);
        assertThat(reads()).isFalse();
        pass(1);
        assertThat(reads()).isTrue();
    }

    @Test
    void aBurstGoesOnWhileAPauseGathersSeveral() {
        read();
        read();
        for (int i = 0; i < 5; i++) {
            assertThat(reads()).isFalse();
            pass(ReadCoalescing.PAUSE_NANOS);
            assertThat(reads()).isTrue();
            read(ReadCoalescing.WORTH);
        }
        pass(ReadCoalescing.PAUSE_NANOS);
        read(ReadCoalescing.WORTH - 1);
        assertThat(reads()).isTrue();
    }

    @Test
    void messagesThatComeOneAPauseAreReadAtOnce() {
        read();
        for (int i = 0; i < 5; i++) {
            pass(ReadCoalescing.PAUSE_NANOS);
            read();
            assertThat(reads()).isTrue();
        }
    }

    @Test
    void aLargeMessageIsNotTakenForSeveralOfLongAgo() {
        read();
        for (int i = 0; i < 500; i++) {
            pass(ReadCoalescing.PAUSE_NANOS);
            read(100);
        }
        read(100);
        assertThat(reads()).isFalse();
        pass(ReadCoalescing.PAUSE_NANOS);
        read(100);
        assertThat(reads()).isTrue();
    }

    @Test
    void onlySubscriptionsAreReadSo() {
        NettyCustomizer ours = ReadCoalescing.ofSubscriptions();
        List<Channel> channels = new CopyOnWriteArrayList<>();
        ClientResources resources = DefaultClientResources.builder()
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterChannelInitialized(Channel made) {
                        ours.afterChannelInitialized(made);
                        channels.add(made);
                    }
                })
                .build();
        ValkeyServer valkey = ValkeyServer.shared();
        RedisClient client = RedisClient.create(resources, RedisURI.create(valkey.host(), valkey.port()));
        try (var commands = client.connect();
                var subscriptions = client.connectPubSub()) {
            assertThat(commands.isOpen() && subscriptions.isOpen()).isTrue();
            assertThat(channels)
                    .extracting(made -> made.pipeline().get(ReadCoalescing.class) != null)
                    .containsExactly(false, true);
        } finally {
            client.shutdown();
            resources.shutdown().awaitUninterruptibly();
        }
    }
}
