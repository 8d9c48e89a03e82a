package dev.jobstream.application.memory;

import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource.Subscription;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Who listens to which job. Events are heard under the transport's lock, in the order in which they are appended. */
final class MemoryListeners {

    private final ReentrantLock lock;
    /** Changed under the lock to add, by anybody to remove; the lists never. */
    private final ConcurrentHashMap<JobId, List<Listening>> listeners = new ConcurrentHashMap<>();

    /** @param lock held by who appends */
    MemoryListeners(ReentrantLock lock) {
        this.lock = lock;
    }

    Subscription add(JobId job, EventListener listener) {
        Listening listening = new Listening(job, listener);
        lock.lock();
        try {
            listeners.merge(job, List.of(listening), MemoryListeners::concatenated);
            listening.hear(EventListener::onConnected);
        } finally {
            lock.unlock();
        }
        return listening;
    }

    private static List<Listening> concatenated(List<Listening> some, List<Listening> more) {
        List<Listening> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** To be called under the lock. */
    void hear(JobId job, JobEvent event) {
        for (Listening listening : listeners.getOrDefault(job, List.of())) {
            listening.hear(listener -> listener.onEvent(event));
        }
    }

    /** The jobs that somebody listens to. */
    int jobs() {
        return listeners.size();
    }

    /** One subscription. */
    private final class Listening implements Subscription {

        private final JobId job;
        private final EventListener listener;
        private volatile boolean closed;

        Listening(JobId job, EventListener listener) {
            this.job = job;
            this.listener = listener;
        }

        void hear(Consumer<EventListener> call) {
            if (closed) {
                return;
            }
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }

        @Override
        public void resubscribe() {
            lock.lock();
            try {
                hear(EventListener::onConnected);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            closed = true;
            listeners.computeIfPresent(job, (key, all) -> {
                List<Listening> fewer = new ArrayList<>(all);
                fewer.remove(this);
                return fewer.isEmpty() ? null : fewer;
            });
        }
    }
}
