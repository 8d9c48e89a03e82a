package dev.jobstream.adapters.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JournalLimits;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.SubscriptionListener;

/**
 * What the listener container calls, on the driver's event loop: turns a message into an event, once for all listeners,
 * and finds the channel. A message that is no event is skipped and counted.
 */
final class ChannelMessages implements MessageListener, SubscriptionListener {

    /** What an envelope may have around its data. */
    private static final int ENVELOPE_BYTES = 1024;

    private final Map<String, WireChannel> channels;
    private final JournalLimits limits;
    private final SkippedMessages skipped;

    /** @param channels those that somebody listens to, by name; changes under our hands */
    ChannelMessages(Map<String, WireChannel> channels, JournalLimits limits, SkippedMessages skipped) {
        this.channels = channels;
        this.limits = limits;
        this.skipped = skipped;
    }

    @Override
    public void onChannelSubscribed(byte[] name, long count) {
        WireChannel channel = channels.get(new String(name, UTF_8));
        if (channel != null) {
            channel.acknowledged();
        }
    }

    @Override
    public void onMessage(Message message, byte @Nullable [] pattern) {
        String name = new String(message.getChannel(), UTF_8);
        WireChannel channel = channels.get(name);
        if (channel == null) {
            return;
        }
        JobEvent event;
        try {
            event = event(message.getBody());
        } catch (InvalidEventException e) {
            skipped.skipped(WireProblems.Where.WIRE, name, String.valueOf(e.getMessage()));
            return;
        }
        channel.heard(event);
    }

    private JobEvent event(byte[] body) {
        long most = (long) limits.maxEventBytes() + ENVELOPE_BYTES;
        if (body.length > most) {
            throw new EventTooLargeException(body.length, limits.maxEventBytes());
        }
        JobEvent event = EventEnvelope.parse(body);
        limits.check(event.data());
        return event;
    }
}
