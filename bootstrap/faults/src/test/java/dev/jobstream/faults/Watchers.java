package dev.jobstream.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Any number of clients in one thread. */
final class Watchers implements AutoCloseable {

    interface Task {
        void run() throws IOException;
    }

    private record Timer(long at, Task task) {}

    private final Selector selector;
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::at));
    private final Thread thread = new Thread(this::loop, "watchers");
    private final long epoch = System.nanoTime();
    private volatile boolean closed;
    private volatile Throwable failure;

    Watchers() throws IOException {
        selector = Selector.open();
        thread.setDaemon(true);
        thread.start();
    }

    Watcher watcher(String job, IntSupplier port, String token) {
        return new Watcher(this, job, port, token);
    }

    Selector selector() {
        return selector;
    }

    /** Has the clients' thread do this. */
    void run(Task task) {
        Throwable failed = failure;
        if (failed != null) {
            throw new IllegalStateException("the clients' thread has failed", failed);
        }
        tasks.add(task);
        selector.wakeup();
    }

    /** The same after a while. Called by the clients' thread only. */
    void later(long millis, Task task) {
        timers.add(new Timer(now() + TimeUnit.MILLISECONDS.toNanos(millis), task));
    }

    private long now() {
        return System.nanoTime() - epoch;
    }

    private void loop() {
        ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
        try {
            while (!closed) {
                Timer first = timers.peek();
                long wait = first == null ? 1_000 : Math.max(1, (first.at - now()) / 1_000_000);
                selector.select(chosen -> ((Watcher) chosen.attachment()).ready(buffer), wait);
                for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                for (Timer due = timers.peek(); due != null && due.at <= now(); due = timers.peek()) {
                    timers.remove();
                    due.task.run();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            e.printStackTrace();
        } finally {
            closeAll();
        }
    }

    private void closeAll() {
        try {
            List<SelectionKey> keys = new ArrayList<>(selector.keys());
            for (SelectionKey key : keys) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
