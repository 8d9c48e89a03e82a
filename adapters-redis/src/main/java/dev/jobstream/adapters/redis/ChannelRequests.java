package dev.jobstream.adapters.redis;

import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource.Subscription;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to which job. {@link #listen} and its close leave a request and return; the one thread that owns the
 * subscriptions takes all the requests there are, in their order. While it waits for Valkey requests gather, so that its
 * batches grow by themselves.
 */
final class ChannelRequests {

    private final Map<String, JobChannel> channels = new ConcurrentHashMap<>();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final JobKey keys;
    private final Set<Wire> wires;
    private final SkippedMessages problems;
    /** The owner's own. */
    private final Set<String> dead = new HashSet<>();

    ChannelRequests(Installation installation, SkippedMessages problems) {
        this.keys = installation.keys();
        this.wires = Wire.of(installation.pubSub());
        this.problems = problems;
    }

    private enum Kind {
        LISTEN,
        LEAVE,
        RESUBSCRIBE
    }

    /** @param acknowledgements of the channel, when its subscription was found to be dead */
    private record Request(String name, ChannelListener listener, Kind kind, int acknowledgements) {}

    Subscription listen(JobId job, EventListener listener) {
        String name = keys.of(job);
        ChannelListener channelListener = new ChannelListener(listener, problems);
        requests.add(new Request(name, channelListener, Kind.LISTEN, 0));
        return new Subscription() {
            @Override
            public void close() {
                if (channelListener.close()) {
                    requests.add(new Request(name, channelListener, Kind.LEAVE, 0));
                }
            }

            @Override
            public void resubscribe() {
                JobChannel channel = channels.get(name);
                if (channel != null && !channelListener.isClosed()) {
                    requests.add(new Request(name, channelListener, Kind.RESUBSCRIBE, channel.acknowledgements()));
                }
            }

            @Override
            public void reportForeign(JobEvent event) {
                problems.foreign(name);
            }
        };
    }

    /** The channels that somebody listens to, by name. Only the owner adds and removes. */
    Map<String, JobChannel> channels() {
        return channels;
    }

    /** The channels whose subscriptions are to be replaced. The owner's own. */
    Set<String> dead() {
        dead.retainAll(channels.keySet());
        return dead;
    }

    /**
     * Waits for a request and takes all that are there.
     *
     * @param nanos how long to wait at most
     * @return the channels that may have become wanted, or not wanted any more
     */
    Set<String> take(long nanos) throws InterruptedException {
        Set<String> touched = new HashSet<>();
        @Nullable Request request = requests.poll(nanos, TimeUnit.NANOSECONDS);
        for (; request != null; request = requests.poll()) {
            take(request, touched);
        }
        // Not before all are read: one listener that leaves and one that comes in a batch must not cost a subscription.
        touched.forEach(name -> channels.computeIfPresent(name, (n, channel) -> channel.isEmpty() ? null : channel));
        return touched;
    }

    private void take(Request request, Set<String> touched) {
        String name = request.name;
        JobChannel channel = channels.get(name);
        switch (request.kind) {
            case LISTEN -> {
                if (!request.listener.isClosed()) {
                    channels.computeIfAbsent(name, n -> new JobChannel(wires)).add(request.listener);
                    touched.add(name);
                }
            }
            case LEAVE -> {
                if (channel != null) {
                    channel.remove(request.listener);
                    touched.add(name);
                }
            }
            case RESUBSCRIBE -> {
                // Unless it has been acknowledged again since its listener complained.
                if (channel != null && channel.stillStandsAsOf(request.acknowledgements)) {
                    dead.add(name);
                }
            }
        }
    }
}
