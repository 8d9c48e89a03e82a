package dev.jobstream.adapters.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Spring's listener container, made safe to depend on. Only one thread may call it.
 *
 * <ul>
 *   <li>Its executor is the driver's event loop itself. With a thread for each message, messages overtake each other.
 *   <li>Adding and removing listeners from several threads loses subscriptions; hence the one thread.
 *   <li>A call may wait for an acknowledgement that never comes, when the connection breaks inside a batch, and cannot be
 *       interrupted. So each call runs on a thread that can be left behind; a restart, which brings all acknowledgements,
 *       sets it free.
 *   <li>A failed call leaves it in a state between: what is mapped is not what is subscribed. Only a restart, which
 *       subscribes again to all that is mapped, is trusted after a failure; its own recovery, which sleeps inside a call, is off.
 * </ul>
 */
final class ListenerContainer {

    private final RedisMessageListenerContainer container = new RedisMessageListenerContainer();
    private final ChannelMessages messages;
    private final Duration answerWithin;
    /** All that may be mapped: a name leaves only once a call that removes it has succeeded. */
    private final Set<String> mapped = new HashSet<>();

    private final Object oneRestart = new Object();
    private final AtomicInteger newestRestart = new AtomicInteger();
    private @Nullable ExecutorService calls;
    private @Nullable Future<?> underWay;

    ListenerContainer(RedisConnectionFactory connections, ChannelMessages messages, Duration answerWithin) {
        this.messages = messages;
        this.answerWithin = answerWithin;
        container.setConnectionFactory(connections);
        container.setTaskExecutor(Runnable::run);
        container.setRecoveryBackoff(new FixedBackOff(0, 0));
        container.setMaxSubscriptionRegistrationWaitingTime(answerWithin.toMillis());
        container.afterPropertiesSet();
    }

    /** Subscribes; returns when all are acknowledged. */
    void add(Collection<String> names) throws InterruptedException {
        mapped.addAll(names);
        List<ChannelTopic> topics = topics(names);
        within(answerWithin, () -> container.addMessageListener(messages, topics));
    }

    /** Unsubscribes. */
    void remove(Collection<String> names) throws InterruptedException {
        List<ChannelTopic> topics = topics(names);
        within(answerWithin, () -> container.removeMessageListener(messages, topics));
        mapped.removeAll(names);
    }

    /** Subscribes to just these over a new connection; returns when all are acknowledged. */
    void restart(Set<String> names) throws InterruptedException {
        Set<String> gone = new HashSet<>(mapped);
        gone.removeAll(names);
        mapped.addAll(names);
        List<ChannelTopic> removed = topics(gone);
        List<ChannelTopic> wanted = topics(names);
        int restart = newestRestart.incrementAndGet();
        // It waits twice: for what is under way to end, and for the acknowledgements.
        within(answerWithin.multipliedBy(2), () -> {
            synchronized (oneRestart) {
                // One that was left behind may come to its turn when it is no longer what is wanted.
                if (restart == newestRestart.get()) {
                    restart(removed, wanted);
                }
            }
        });
        mapped.retainAll(names);
    }

    private void restart(List<ChannelTopic> removed, List<ChannelTopic> wanted) {
        container.stop();
        if (!removed.isEmpty()) {
            container.removeMessageListener(messages, removed);
        }
        if (!wanted.isEmpty()) {
            container.addMessageListener(messages, wanted);
        }
        container.start();
    }

    /** Ends the subscription and its connection. May be restarted. */
    void close() {
        ExecutorService executor = calls;
        if (executor == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            newestRestart.incrementAndGet();
            await(underWay);
            within(answerWithin, container::stop);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            executor.shutdownNow();
            calls = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The caller may have been interrupted out of a call that still goes on. */
    private void await(@Nullable Future<?> call) throws InterruptedException {
        try {
            if (call != null) {
                call.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            // What became of it does not matter any more.
        }
    }

    private void within(Duration limit, Runnable call) throws InterruptedException {
        ExecutorService executor = calls;
        if (executor == null) {
            executor = Executors.newCachedThreadPool(ListenerContainer::callThread);
            calls = executor;
        }
        Future<?> done = executor.submit(call);
        underWay = done;
        try {
            done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no acknowledgement within " + limit);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static Thread callThread(Runnable call) {
        Thread thread = new Thread(call, "jobstream-subscription-call");
        thread.setDaemon(true);
        return thread;
    }

    private static List<ChannelTopic> topics(Collection<String> names) {
        return names.stream().map(ChannelTopic::new).toList();
    }
}
