package dev.jobstream.application;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler that lets exactly one thread run at a time and chooses by chance who goes next. A task may {@link #pause}
 * in its midst, and others run, before it goes on: so one seed is one interleaving, and always the same.
 */
final class Baton implements Executor {

    private static final ConcurrentLinkedDeque<Fiber> IDLE = new ConcurrentLinkedDeque<>();

    private final Random random;
    private final List<Runnable> queue = new ArrayList<>();
    private final List<Fiber> parked = new ArrayList<>();
    private final Semaphore back = new Semaphore(0);
    private final Object driver = new Object();
    private @Nullable Fiber running;
    private @Nullable Throwable failure;
    private int held;

    Baton(Random random) {
        this.random = random;
    }

    @Override
    public void execute(Runnable task) {
        queue.add(task);
    }

    /** Runs something that adds tasks in no certain order, and makes it certain. */
    void inOrder(Comparator<Runnable> order, Runnable adding) {
        int from = queue.size();
        adding.run();
        queue.subList(from, queue.size()).sort(order);
    }

    /** Whether anything is left to run. */
    boolean isBusy() {
        return !queue.isEmpty() || !parked.isEmpty();
    }

    /** Runs something until it ends or pauses; whether there was something. */
    boolean step() {
        List<Fiber> able = new ArrayList<>();
        for (Fiber fiber : parked) {
            if (fiber.waitsFor == null || fiber.waitsFor.owner == null) {
                able.add(fiber);
            }
        }
        int choices = queue.size() + able.size();
        if (choices == 0) {
            if (!parked.isEmpty()) {
                throw new AssertionError(
                        "deadlock: " + parked.size() + " tasks wait for a lock that nobody gives back");
            }
            return false;
        }
        int choice = random.nextInt(choices);
        if (choice < queue.size()) {
            Runnable task = queue.remove(choice);
            if (held == 0 && random.nextBoolean()) {
                task.run(); // In one go: no need for a thread.
            } else {
                Fiber idle = IDLE.poll();
                Fiber fiber = idle == null ? new Fiber() : idle;
                fiber.task = task;
                fiber.baton = this;
                pass(fiber);
            }
        } else {
            Fiber fiber = able.get(choice - queue.size());
            parked.remove(fiber);
            pass(fiber);
        }
        if (failure != null) {
            throw new AssertionError("a task has failed: " + failure.getMessage(), failure);
        }
        return true;
    }

    private void pass(Fiber fiber) {
        running = fiber;
        fiber.go.release();
        back.acquireUninterruptibly();
        running = null;
    }

    /** A point at which others may run. No monitor may be held here. */
    void pause() {
        if (running != null && random.nextBoolean()) {
            running.park(null);
        }
    }

    private static final class Fiber extends Thread {

        final Semaphore go = new Semaphore(0);

        @Nullable
        Runnable task;

        @Nullable
        Baton baton;

        @Nullable
        BatonLock waitsFor;

        Fiber() {
            super("fiber");
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            while (true) {
                go.acquireUninterruptibly();
                Baton mine = baton;
                try {
                    task.run();
                } catch (Throwable e) {
                    mine.failure = e;
                }
                task = null;
                baton = null;
                IDLE.add(this);
                mine.back.release();
            }
        }

        void park(@Nullable BatonLock lock) {
            waitsFor = lock;
            baton.parked.add(this);
            baton.back.release();
            go.acquireUninterruptibly();
            waitsFor = null;
        }
    }

    /** A lock at which a task waits by pausing. */
    final class BatonLock extends ReentrantLock {

        private static final long serialVersionUID = 1L;

        @Nullable
        Object owner;

        private int holds;

        @Override
        public void lock() {
            Object me = running == null ? driver : running;
            while (owner != null && owner != me) {
                if (running == null) {
                    throw new AssertionError("waits for a lock where nothing may block");
                }
                running.park(this);
            }
            owner = me;
            holds++;
            held++;
        }

        @Override
        public void unlock() {
            held--;
            if (--holds == 0) {
                owner = null;
            }
        }
    }
}
