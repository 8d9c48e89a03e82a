package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The listeners of one job's channel.
 *
 * <p>Two threads come here: the driver's, with events and acknowledgements, and the wire's owner, with listeners that join
 * and leave. One lock orders them, so that a listener hears one call at a time, and a late one hears {@code onConnected}
 * before the first event that follows it. Nobody holds this lock and waits: {@link Wire#listen} and its close only leave a
 * note for the owner, so that a listener's own lock is never taken around this one.
 */
final class WireChannel {

    private final List<WireListener> listeners = new ArrayList<>();
    private boolean acknowledged;
    private int acknowledgements;
    private boolean renewed;

    synchronized void join(WireListener listener) {
        listeners.add(listener);
        if (acknowledged) {
            listener.tell(EventListener::onConnected);
        }
    }

    synchronized void leave(WireListener listener) {
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

    /** The wire is down: who joins now must wait for the next acknowledgement. */
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

    /** It is going to be made anew; whether it has been before, and nothing was heard since. */
    synchronized boolean renew() {
        boolean inVain = renewed;
        renewed = true;
        acknowledged = false;
        return inVain;
    }

    /** Something has come: tells it to all. */
    synchronized void heard(Consumer<EventListener> call) {
        renewed = false;
        listeners.forEach(listener -> listener.tell(call));
    }
}
