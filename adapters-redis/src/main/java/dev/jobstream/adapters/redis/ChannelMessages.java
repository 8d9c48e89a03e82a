package dev.jobstream.adapters.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventTooLargeException;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.connection.SubscriptionListener;

/**
 * What the listener container and the shards' connections call, on the driver's event loops: turns a message into an event, once for all listeners,
 * and finds the channel.
 *
 * <p>A channel is shared with all who publish under its name, in any database. What says that it is in our journal is
 * believed, what says that it is in another one is skipped, and what says neither is left to the listeners, who can look. A
 * message that is no event is skipped and counted, and its listeners learn that there was one: a publisher may have
 * journaled more than a message can carry.
 */
final class ChannelMessages implements MessageListener, SubscriptionListener {

    /** What an envelope may have around its data. */
    private static final int ENVELOPE_BYTES = 1024;

    private final Map<String, JobChannel> channels;
    private final Installation installation;
    private final String ourJournal;
    private final LiveOnlyEnds ends;
    private final SkippedMessages skipped;

    /** @param channels those that somebody listens to, by name; changes under our hands */
    ChannelMessages(
            Map<String, JobChannel> channels, Installation installation, LiveOnlyEnds ends, SkippedMessages skipped) {
        this.channels = channels;
        this.installation = installation;
        this.ourJournal = Integer.toString(installation.database());
        this.ends = ends;
        this.skipped = skipped;
    }

    @Override
    public void onChannelSubscribed(byte[] name, long count) {
        acknowledged(new String(name, UTF_8), Wire.CLASSIC);
    }

    void acknowledged(String name, Wire wire) {
        JobChannel channel = channels.get(name);
        if (channel != null) {
            channel.acknowledged(wire);
        }
    }

    /** The channel is not heard over this wire until that is acknowledged again. */
    void cut(String name, Wire wire) {
        JobChannel channel = channels.get(name);
        if (channel != null) {
            channel.cut(wire);
        }
    }

    @Override
    public void onMessage(Message message, byte @Nullable [] pattern) {
        heard(new String(message.getChannel(), UTF_8), message.getBody());
    }

    void heard(String name, byte[] body) {
        JobChannel channel = channels.get(name);
        if (channel == null) {
            return;
        }
        EventEnvelope.Received received;
        try {
            received = receive(body);
        } catch (InvalidEventException e) {
            skipped.skipped(TransportProblems.Where.CHANNEL, name, String.valueOf(e.getMessage()));
            channel.heard(EventListener::onUnreadable);
            return;
        }
        JobEvent event = received.event();
        String journal = received.journal();
        if (event.isLiveOnly() && event.isTerminal()) {
            ends.keep(installation.keys().jobOf(name), event);
        } else if (event.isLiveOnly() || ourJournal.equals(journal)) {
            channel.heard(listener -> listener.onEvent(event));
        } else if (journal == null) {
            channel.heard(listener -> listener.onUnconfirmed(event));
        } else {
            skipped.foreign(name);
        }
    }

    private EventEnvelope.Received receive(byte[] body) {
        long most = (long) installation.limits().maxEventBytes() + ENVELOPE_BYTES;
        if (body.length > most) {
            throw new EventTooLargeException(body.length, installation.limits().maxEventBytes());
        }
        EventEnvelope.Received received = EventEnvelope.receive(body);
        installation.limits().check(received.event().data());
        return received;
    }
}
