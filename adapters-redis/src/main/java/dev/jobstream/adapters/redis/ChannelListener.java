package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventListener;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One listener to one job, until it is closed. It takes no lock: a listener may hold one of its own both in a call and
 * while it closes, and a close that waited for the call would wait for ever.
 */
final class ChannelListener {

    private final EventListener listener;
    private final SkippedMessages problems;
    private final AtomicBoolean closed = new AtomicBoolean();

    ChannelListener(EventListener listener, SkippedMessages problems) {
        this.listener = listener;
        this.problems = problems;
    }

    void tell(Consumer<EventListener> call) {
        if (closed.get()) {
            return;
        }
        try {
            call.accept(listener);
        } catch (Throwable e) { // also an assertion: the other listeners have no part in it
            problems.listenerFailed(e);
        }
    }

    /** Whether this was the first close. */
    boolean close() {
        return closed.compareAndSet(false, true);
    }

    boolean isClosed() {
        return closed.get();
    }
}
