package dev.jobstream.benchmarks;

import dev.jobstream.tools.SseParser;

/** What all connections of a load client have seen together, since the measurement began. */
final class Counts {

    private final Payload.Reader payload = new Payload.Reader();
    private Histogram latency = new Histogram();
    private int open;
    private int refused;
    private int refusal;
    private int ended;
    private long now;
    private long bytes;
    private long delivered;
    private long outOfOrder;
    private long duplicates;
    private long stale;
    private long withoutId;
    private long other;
    private long lastDelivery;

    /** Begins anew; what is open stays open. */
    void begin() {
        latency = new Histogram();
        bytes = 0;
        delivered = 0;
        outOfOrder = 0;
        duplicates = 0;
        stale = 0;
        withoutId = 0;
        other = 0;
        lastDelivery = System.nanoTime();
    }

    /** Begins anew with no connection. */
    void reset() {
        begin();
        open = 0;
        refused = 0;
        refusal = 0;
        ended = 0;
    }

    void read(int size) {
        now = System.nanoTime();
        bytes += size;
    }

    void opened() {
        open++;
    }

    void lostConnection(boolean wasOpen, int status) {
        if (!wasOpen) {
            refused++;
            refusal = status;
        } else {
            ended++;
        }
    }

    /** Returns its latency in nanoseconds; less than 0 if it is none of ours, or has been counted before. */
    long event(SseParser event, Sequence sequence) {
        if (!payload.read(event.data())) {
            other++;
            return -1;
        }
        switch (sequence.see(payload.number)) {
            case STALE -> {
                stale++;
                return -1;
            }
            case DUPLICATE -> {
                duplicates++;
                return -1;
            }
            case OUT_OF_ORDER -> outOfOrder++;
            case NEW -> {}
        }
        if (!event.id().isPresent()) {
            withoutId++;
        }
        delivered++;
        lastDelivery = now;
        latency.record(now - payload.nanos);
        return now - payload.nanos;
    }

    /** When what is being counted was read, as {@link System#nanoTime} has it. */
    long now() {
        return now;
    }

    /** Begins with the latencies anew, and goes on with all else. */
    void beginLatency() {
        latency = new Histogram();
    }

    int open() {
        return open;
    }

    /** Connections that got no stream. */
    int refused() {
        return refused;
    }

    /** The status of a refusal; 0 if the connection broke instead. */
    int refusal() {
        return refusal;
    }

    /** Streams that were ended by the server; the end of those whose client never reads is not seen. */
    int ended() {
        return ended;
    }

    long bytes() {
        return bytes;
    }

    /** Different events, summed over the clients. */
    long delivered() {
        return delivered;
    }

    long outOfOrder() {
        return outOfOrder;
    }

    long duplicates() {
        return duplicates;
    }

    /** Events from before the measurement. */
    long stale() {
        return stale;
    }

    long withoutId() {
        return withoutId;
    }

    /** Events that are not ours, such as {@code stream.gap}. */
    long other() {
        return other;
    }

    /** When the last event came, as {@link System#nanoTime} has it. */
    long lastDelivery() {
        return lastDelivery;
    }

    Histogram latency() {
        return latency;
    }
}
