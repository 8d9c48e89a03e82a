package dev.jobstream.adapters.redis;

import io.lettuce.core.pubsub.PubSubCommandHandler;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Reads a subscription's messages in bursts while they come fast, as a network card gathers interrupts. A message that finds
 * the connection at rest is read at once, and so is the next. Behind a read that followed so soon on the last one that several
 * messages are to be expected in {@link #PAUSE_NANOS}, the kernel gathers for that long: then one wake-up of this thread, one
 * read and one wake-up of the workers serve all that has come, where each message would have had its own. It goes on as long
 * as that many come.
 *
 * <p>Nothing is held back but in the kernel, and only for that long. All is called on the connection's event loop.
 */
final class ReadCoalescing extends ChannelInboundHandlerAdapter {

    /** The longest that a message waits. */
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** So many messages a pause must gather: for itself it costs a timer, and two calls that tell the kernel what to watch. */
    static final int WORTH = 3;

    /** The time between two reads below which so many are to be expected. */
    private static final long DENSE_NANOS = PAUSE_NANOS / WORTH;

    /** A read that comes later than this behind the one before a pause found the connection at rest. */
    private static final long AT_REST_NANOS = PAUSE_NANOS + DENSE_NANOS;

    private long lastRead;
    private boolean hasRead;
    /** Whether there is or was a pause behind the last read. */
    private boolean paused;
    /** What has come since then. */
    private long bytes;
    /** The size of a message: of the smallest of late. */
    private long message = Integer.MAX_VALUE;

    /** Has subscriptions read so; other connections are left alone. */
    static NettyCustomizer ofSubscriptions() {
        return new NettyCustomizer() {
            @Override
            public void afterChannelInitialized(Channel channel) {
                if (channel.pipeline().get(PubSubCommandHandler.class) != null) {
                    channel.pipeline().addFirst(new ReadCoalescing());
                }
            }
        };
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        bytes +=
                context.channel().config().getMessageSizeEstimator().newHandle().size(read);
        context.fireChannelRead(read);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        long now = context.executor().ticker().nanoTime();
        paused = hasRead && isDense(now - lastRead);
        if (paused) {
            Channel channel = context.channel();
            channel.config().setAutoRead(false);
            var unused = context.executor()
                    .schedule(() -> channel.config().setAutoRead(true), PAUSE_NANOS, TimeUnit.NANOSECONDS);
        }
        hasRead = true;
        lastRead = now;
        bytes = 0;
    }

    private boolean isDense(long sinceLast) {
        if (paused && sinceLast < AT_REST_NANOS) {
            return bytes >= WORTH * message;
        }
        // What is small now may be rare: it is forgotten in the course of some hundred reads.
        message = Math.min(bytes, message + message / 64 + 1);
        return sinceLast < DENSE_NANOS;
    }
}
