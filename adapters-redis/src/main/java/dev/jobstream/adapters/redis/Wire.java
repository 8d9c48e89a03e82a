package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource.Subscription;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * The live wire: who listens to which job, and the subscriptions that follow from it.
 *
 * <p>{@link #listen} and its close leave a note; one owner thread takes all notes there are, in their order, and tells the
 * container in one call for all new channels and one for all that nobody listens to any more. While it waits for Valkey,
 * notes gather, so that batches grow by themselves. It is also the only one to take the container down and up again, the
 * one remedy for everything that goes wrong with a subscription: what stands after it are the channels wanted then, all
 * acknowledged.
 *
 * <p>A connection that breaks while all is subscribed is none of its business: the driver connects and subscribes again,
 * and each acknowledgement is told as {@code onConnected}.
 *
 * <p>A subscription that was lost without a word is found out by its listener, who asks for it to be renewed. It is
 * unsubscribed and subscribed again, which disturbs no other channel; if not a word has come over it when it is found deaf
 * once more, it is not the subscription but the connection, and that calls for the one remedy.
 */
final class Wire {

    private static final Logger log = LoggerFactory.getLogger(Wire.class);
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SLOWEST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, WireChannel> channels = new ConcurrentHashMap<>();
    private final BlockingQueue<Note> notes = new LinkedBlockingQueue<>();
    private final JobKey keys;
    private final SkippedMessages problems;
    private final ListenerContainer container;
    private final Duration answerWithin;
    private volatile boolean running;
    private @Nullable Thread owner;

    // The owner's own.
    private final Set<String> subscribed = new HashSet<>();
    private final Set<String> deaf = new HashSet<>();
    private volatile boolean standing;
    private volatile boolean acknowledged;
    /** The causes that were logged since it last stood. */
    private final Set<String> complaints = new HashSet<>();

    private long retryAt;
    private long pause = FIRST_RETRY_NANOS;

    Wire(
            RedisConnectionFactory connections,
            Installation installation,
            StrayEnds ends,
            SkippedMessages problems,
            Duration answerWithin) {
        this.keys = installation.keys();
        this.problems = problems;
        this.answerWithin = answerWithin;
        this.container = new ListenerContainer(
                connections, new ChannelMessages(channels, installation, ends, problems), answerWithin);
    }

    Subscription listen(JobId job, EventListener listener) {
        String name = keys.of(job);
        WireListener wireListener = new WireListener(listener, problems);
        notes.add(new Note(name, wireListener, Wish.JOIN, 0));
        return new Subscription() {
            @Override
            public void close() {
                if (wireListener.close()) {
                    notes.add(new Note(name, wireListener, Wish.LEAVE, 0));
                }
            }

            @Override
            public void renew() {
                WireChannel channel = channels.get(name);
                if (channel != null && !wireListener.isClosed()) {
                    notes.add(new Note(name, wireListener, Wish.RENEW, channel.acknowledgements()));
                }
            }

            @Override
            public void disown(JobEvent event) {
                problems.foreign(name);
            }
        };
    }

    /** Whether the container is up and no call to it has failed since. */
    boolean isStanding() {
        return standing;
    }

    /** Whether any channel is subscribed and acknowledged. */
    boolean isSubscribed() {
        return acknowledged;
    }

    boolean isRunning() {
        return running;
    }

    synchronized void start() {
        if (running) {
            return;
        }
        running = true;
        Thread thread = new Thread(this::keepStanding, "jobstream-wire");
        thread.setDaemon(true);
        owner = thread;
        thread.start();
    }

    synchronized void stop() {
        Thread thread = owner;
        if (!running || thread == null) {
            return;
        }
        running = false;
        thread.interrupt();
        try {
            thread.join(2 * answerWithin.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        owner = null;
    }

    private void keepStanding() {
        retryAt = System.nanoTime();
        try {
            while (running) {
                Set<String> touched = takeNotes();
                if (standing) {
                    attempt(() -> follow(touched));
                } else if (System.nanoTime() - retryAt >= 0) {
                    attempt(this::buildUp);
                }
            }
        } catch (InterruptedException e) {
            // stop() asked for it
        } finally {
            takeDown();
        }
    }

    /** Waits for a note and takes all that are there; the channels whose being wanted may have changed. */
    private Set<String> takeNotes() throws InterruptedException {
        Set<String> touched = new HashSet<>();
        Note note = notes.poll(standing ? Long.MAX_VALUE : retryAt - System.nanoTime(), TimeUnit.NANOSECONDS);
        for (; note != null; note = notes.poll()) {
            String name = note.name;
            WireChannel channel = channels.get(name);
            switch (note.wish) {
                case JOIN -> {
                    if (!note.listener.isClosed()) {
                        channels.computeIfAbsent(name, n -> new WireChannel()).join(note.listener);
                        touched.add(name);
                    }
                }
                case LEAVE -> {
                    if (channel != null) {
                        channel.leave(note.listener);
                        touched.add(name);
                    }
                }
                case RENEW -> {
                    // Unless it has been acknowledged again since its listener complained.
                    if (channel != null && channel.stillStandsAsOf(note.acknowledgements)) {
                        deaf.add(name);
                    }
                }
            }
        }
        // Not before all notes are read: who leaves and who joins in one batch must not cost a subscription.
        touched.forEach(name -> channels.computeIfPresent(name, (n, channel) -> channel.isEmpty() ? null : channel));
        return touched;
    }

    private void follow(Set<String> touched) throws InterruptedException {
        Set<String> added = new HashSet<>(touched);
        added.removeIf(name -> !channels.containsKey(name) || subscribed.contains(name));
        Set<String> removed = new HashSet<>(touched);
        removed.removeIf(name -> channels.containsKey(name) || !subscribed.contains(name));
        subscribed.addAll(added);
        subscribed.removeAll(removed);
        if (subscribed.isEmpty()) {
            acknowledged = false;
        }
        if (!added.isEmpty()) {
            container.add(added);
            acknowledged = true;
        }
        if (!removed.isEmpty()) {
            container.remove(removed);
        }
        deaf.removeIf(name -> !channels.containsKey(name));
        if (!deaf.isEmpty()) {
            renew(Set.copyOf(deaf));
        }
    }

    private void renew(Set<String> names) throws InterruptedException {
        boolean inVain = false;
        for (String name : names) {
            WireChannel channel = channels.get(name);
            inVain |= channel != null && channel.renew();
        }
        log.warn(
                "Events are in the journal that were not heard over {} of {} channels, for example {}: {}",
                names.size(),
                channels.size(),
                names.iterator().next(),
                inVain ? "connecting again" : "subscribing again");
        if (inVain) {
            buildUp();
        } else {
            deaf.clear();
            container.remove(names);
            container.add(names);
        }
    }

    private void buildUp() throws InterruptedException {
        channels.values().forEach(WireChannel::cut);
        deaf.clear();
        subscribed.clear();
        subscribed.addAll(channels.keySet());
        acknowledged = false;
        container.restart(Set.copyOf(subscribed));
        acknowledged = !subscribed.isEmpty();
        standing = true;
        pause = FIRST_RETRY_NANOS;
        if (!complaints.isEmpty()) {
            complaints.clear();
            log.info("Valkey can be listened to again, {} channels", subscribed.size());
        }
    }

    private void attempt(Step step) throws InterruptedException {
        try {
            step.run();
        } catch (RuntimeException e) {
            standing = false;
            retryAt = System.nanoTime() + pause;
            pause = Math.min(2 * pause, SLOWEST_RETRY_NANOS);
            if (complaints.add(Script.kindOf(e))) {
                log.warn("Valkey cannot be listened to, trying again: {}", Script.rootMessage(e));
            }
        }
    }

    private void takeDown() {
        standing = false;
        acknowledged = false;
        channels.values().forEach(WireChannel::cut);
        try {
            container.close();
        } catch (RuntimeException e) {
            log.debug("The listener container did not stop cleanly", e);
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private enum Wish {
        JOIN,
        LEAVE,
        RENEW
    }

    /** @param acknowledgements of the channel, when it was found to be deaf */
    private record Note(String name, WireListener listener, Wish wish, int acknowledgements) {}
}
