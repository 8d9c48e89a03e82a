package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventListener;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
    private final Set<Wire> wires;
    /** Those of its wires that are not acknowledged. */
    private final Set<Wire> missing;

    private int acknowledgements;
    private boolean replaced;

    /** @param wires all that it takes to hear everything */
    JobChannel(Set<Wire> wires) {
        this.wires = wires;
        this.missing = EnumSet.copyOf(wires);
    }

    synchronized void add(ChannelListener listener) {
        listeners.add(listener);
        if (missing.isEmpty()) {
            listener.tell(EventListener::onConnected);
        }
    }

    synchronized void remove(ChannelListener listener) {
        listeners.remove(listener);
    }

    synchronized boolean isEmpty() {
        return listeners.isEmpty();
    }

    /** Valkey has acknowledged the subscription to this wire, for the first time or again. The last one's tells that all stand. */
    synchronized void acknowledged(Wire wire) {
        missing.remove(wire);
        if (!missing.isEmpty()) {
            return;
        }
        acknowledgements++;
        listeners.forEach(listener -> listener.tell(EventListener::onConnected));
    }

    /** Nothing is subscribed any more: a listener that comes now must wait for the next acknowledgement. */
    synchronized void cut() {
        missing.addAll(wires);
    }

    /** The same for one wire. */
    synchronized void cut(Wire wire) {
        missing.add(wire);
    }

    /** How often Valkey has acknowledged the subscription, as a whole. */
    synchronized int acknowledgements() {
        return acknowledgements;
    }

    /** Whether it is acknowledged, and has not been so again since this count. */
    synchronized boolean stillStandsAsOf(int count) {
        return missing.isEmpty() && acknowledgements == count;
    }

    /** The subscription is going to be replaced: whether it was before, and nothing was heard since. */
    synchronized boolean isReplacedInVain() {
        boolean inVain = replaced;
        replaced = true;
        missing.addAll(wires);
        return inVain;
    }

    /** Something has come: tells it to all. */
    synchronized void heard(Consumer<EventListener> call) {
        replaced = false;
        listeners.forEach(listener -> listener.tell(call));
    }
}
