package dev.jobstream.adapters.redis;

import io.lettuce.core.pubsub.PubSubCommandHandler;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Reads a subscription's messages in bursts while they come fast, as a network card gathers interrupts. A message that finds
 * the connection at rest is read at once, and so is the next. Behind a read that followed so soon on the last one, the
 * kernel gathers for {@link #PAUSE_NANOS}: then one wake-up of this thread, one read and one wake-up of the workers serve
 * all that has come, where each message would have had its own.
 *
 * <p>Nothing is held back but in the kernel, and only for that long. All is called on the connection's event loop.
 */
final class ReadCoalescing extends ChannelInboundHandlerAdapter {

    /** The longest that a message waits. */
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The time between two reads below which they are part of a burst; more than a pause, so that bursts go on. */
    private static final long DENSE_NANOS = PAUSE_NANOS + PAUSE_NANOS / 4;

    private long lastRead;
    private boolean hasRead;

    /** Has subscriptions read so; other connections are left alone. */
    static NettyCustomizer ofSubscriptions() {
        return new NettyCustomizer() {
            @Override
            public void afterChannelInitialized(Channel channel) {
                if (channel.pipeline().get(PubSubCommandHandler.class) != null) {
                    channel.pipeline().addLast(new ReadCoalescing());
                }
            }
        };
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        long now = context.executor().ticker().nanoTime();
        if (hasRead && now - lastRead < DENSE_NANOS) {
            Channel channel = context.channel();
            channel.config().setAutoRead(false);
            var unused = context.executor()
                    .schedule(() -> channel.config().setAutoRead(true), PAUSE_NANOS, TimeUnit.NANOSECONDS);
        }
        hasRead = true;
        lastRead = now;
    }
}
