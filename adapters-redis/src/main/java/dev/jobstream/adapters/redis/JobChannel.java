package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The listeners of one job's channel.
 *
 * <p>Two threads come here: the driver's, with events and acknowledgements, and the owner of the subscriptions, with listeners that
 * come and leave. One lock orders them, so that a listener hears one call at a time, and a late one hears {@code onConnected}
 * before the first event that follows it. Nobody holds this lock and waits: {@link ChannelRequests#listen} and its close only leave a
 * request for the owner, so that a listener's own lock is never taken around this one.
 */
final class JobChannel {

    private final List<ChannelListener> listeners = new ArrayList<>();
    private boolean acknowledged;
    private int acknowledgements;
    private boolean replaced;

    synchronized void add(ChannelListener listener) {
        listeners.add(listener);
        if (acknowledged) {
            listener.tell(EventListener::onConnected);
        }
    }

    synchronized void remove(ChannelListener listener) {
        listeners.remove(listener);
    }

    synchronized boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Valkey has acknowledged the subscription, for the first time or again. */
    synchronized void acknowledged() {
        acknowledged = true;
        acknowledgements++;
        listeners.forEach(listener -> listener.tell(EventListener::onConnected));
    }

    /** Nothing is subscribed any more: a listener that comes now must wait for the next acknowledgement. */
    synchronized void cut() {
        acknowledged = false;
    }

    /** How often Valkey has acknowledged the subscription. */
    synchronized int acknowledgements() {
        return acknowledgements;
    }

    /** Whether it is acknowledged, and has not been so again since this count. */
    synchronized boolean stillStandsAsOf(int count) {
        return acknowledged && acknowledgements == count;
    }

    /** The subscription is going to be replaced: whether it was before, and nothing was heard since. */
    synchronized boolean isReplacedInVain() {
        boolean inVain = replaced;
        replaced = true;
        acknowledged = false;
        return inVain;
    }

    /** Something has come: tells it to all. */
    synchronized void heard(Consumer<EventListener> call) {
        replaced = false;
        listeners.forEach(listener -> listener.tell(call));
    }
}
