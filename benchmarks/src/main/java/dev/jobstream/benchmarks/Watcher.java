package dev.jobstream.benchmarks;

import dev.jobstream.tools.HttpResponse;
import dev.jobstream.tools.SseParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;

/** One connection that watches a job. */
final class Watcher implements HttpResponse.Body, SseParser.Listener {

    private final LoadClient.Target target;
    private final SocketChannel channel;
    private final Counts counts;
    private final CatchUp catchUp;
    private final HttpResponse response = new HttpResponse(this);
    private final SseParser parser = new SseParser(this);
    private final Sequence sequence = new Sequence();
    private boolean begun;
    private boolean ended;

    Watcher(LoadClient.Target target, SocketChannel channel, Counts counts, CatchUp catchUp) {
        this.target = target;
        this.channel = channel;
        this.counts = counts;
        this.catchUp = catchUp;
    }

    LoadClient.Target target() {
        return target;
    }

    SocketChannel channel() {
        return channel;
    }

    Sequence sequence() {
        return sequence;
    }

    CatchUp catchUp() {
        return catchUp;
    }

    /** Whether the head has come, and is not a refusal. */
    boolean hasBegun() {
        return begun;
    }

    boolean hasEnded() {
        return ended;
    }

    void feed(byte[] bytes, int size) {
        counts.read(size);
        catchUp.read(size);
        response.feed(bytes, 0, size);
        if (!begun && response.status() == 200) {
            begun = true;
            counts.opened();
        } else if (response.isDone() || (response.status() != 0 && response.status() != 200)) {
            failed();
        }
    }

    @Override
    public void bytes(byte[] buffer, int from, int to) {
        parser.feed(buffer, from, to);
    }

    @Override
    public void event(SseParser event) {
        if (!target.stalled()) {
            long latency = counts.event(event, sequence);
            if (latency >= 0) {
                catchUp.event(counts.now(), latency);
            }
        }
    }

    /** The connection has ended, or is of no use, before we ended it. */
    void failed() {
        if (!ended) {
            counts.lostConnection(begun, response.status());
            end();
        }
    }

    void end() {
        ended = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
