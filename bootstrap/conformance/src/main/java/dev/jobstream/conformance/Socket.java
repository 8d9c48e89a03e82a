package dev.jobstream.conformance;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket's messages, pings and end as they come. For one reader. */
final class Socket implements WebSocket.Listener, AutoCloseable {

    /** What has come: {@code text}, {@code ping} or {@code close}. */
    record Signal(String kind, String text, int code) {}

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();
    private final Duration patience;
    private @Nullable WebSocket socket;

    Socket(Duration patience) {
        this.patience = patience;
    }

    void opened(WebSocket opened) {
        socket = opened;
    }

    WebSocket socket() {
        WebSocket opened = socket;
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            signals.add(new Signal("text", message.toString(), 0));
            message.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
        signals.add(new Signal("binary", part.remaining() + " bytes", 0));
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer payload) {
        signals.add(new Signal("ping", "", 0));
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        signals.add(new Signal("close", reason, code));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        signals.add(new Signal("error", String.valueOf(error.getMessage()), 0));
    }

    /** What comes next, {@code null} if nothing does in that time. */
    @Nullable
    Signal next(Duration within) {
        try {
            return signals.poll(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Skipped("the run was stopped");
        }
    }

    /** The next signal that is not a heartbeat. */
    Signal signal() {
        long end = System.nanoTime() + patience.toNanos();
        Signal signal = next(patience);
        while (signal != null && signal.kind().equals("ping")) {
            signal = next(Duration.ofNanos(end - System.nanoTime()));
        }
        if (signal == null) {
            throw new Failure("a message", "nothing within " + patience.toSeconds() + " s");
        }
        return signal;
    }

    Json envelope() {
        Signal signal = signal();
        Expect.equal("a message of kind", "text", signal.kind());
        return Json.parse(signal.text());
    }

    /** The messages up to the end, and the code of that. */
    List<Json> toClose(int code) {
        List<Json> messages = new ArrayList<>();
        Signal signal = signal();
        for (; signal.kind().equals("text"); signal = signal()) {
            messages.add(Json.parse(signal.text()));
        }
        Expect.equal("an end of kind", "close", signal.kind());
        Expect.equal("close code", code, signal.code());
        return messages;
    }

    @Override
    public void close() {
        WebSocket opened = socket;
        if (opened != null) {
            opened.abort();
        }
    }
}
