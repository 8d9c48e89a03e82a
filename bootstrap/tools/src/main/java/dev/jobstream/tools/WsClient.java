package dev.jobstream.tools;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The JDK's own WebSocket, as an independent client. It reads on by itself only if it was opened to do so. */
public final class WsClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** How the server closed. */
    public record Close(int code, String reason) {}

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Close> closed = new CompletableFuture<>();
    private final Semaphore heard = new Semaphore(0);
    private final Semaphore pings = new Semaphore(0);
    private final boolean readsOn;
    private @Nullable WebSocket socket;

    private WsClient(boolean readsOn) {
        this.readsOn = readsOn;
    }

    /** Connects and reads whatever comes. Throws the JDK's exception if the server refuses. */
    public static WsClient open(int port, String path, String... headers) {
        return connect(new WsClient(true), HTTP, "ws://localhost:" + port + path, headers);
    }

    /** The same over TLS, with what this context trusts. */
    public static WsClient openSealed(SSLContext trust, int port, String path, String... headers) {
        HttpClient sealed = HttpClient.newBuilder().sslContext(trust).build();
        return connect(new WsClient(true), sealed, "wss://localhost:" + port + path, headers);
    }

    /** Connects, and reads a message only on {@link #demand}. */
    public static WsClient openSlow(int port, String path, String... headers) {
        return connect(new WsClient(false), HTTP, "ws://localhost:" + port + path, headers);
    }

    private WebSocket socket() {
        return Objects.requireNonNull(socket, "not connected");
    }

    private static WsClient connect(WsClient client, HttpClient http, String uri, String... headers) {
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(PATIENCE);
        for (String header : headers) {
            int colon = header.indexOf(':');
            builder.header(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        try {
            client.socket =
                    builder.buildAsync(URI.create(uri), client.new Listener()).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
        }
        return client;
    }

    /** Reads some more messages, or parts of them. */
    public void demand(int more) {
        socket().request(more);
    }

    /** Reads, part by part, as much as makes a message. */
    public String ask() throws InterruptedException {
        while (messages.isEmpty()) {
            socket().request(1);
            if (!heard.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nothing to read; closed: " + closed);
            }
        }
        return messages.remove();
    }

    /** Waits for a ping that nobody has waited for. */
    public void awaitPing() throws InterruptedException {
        if (!pings.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("no ping; closed: " + closed);
        }
    }

    /** The next message; fails if none comes. */
    public String next() throws InterruptedException {
        String message = messages.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (message == null) {
            throw new AssertionError("no message; closed: " + closed);
        }
        return message;
    }

    /** How many messages were read and not yet taken. */
    public int waiting() {
        return messages.size();
    }

    /** Waits for the close, then gives all messages that were not taken. */
    public List<String> toEnd() {
        awaitClose();
        List<String> all = new ArrayList<>();
        messages.drainTo(all);
        return all;
    }

    public Close awaitClose() {
        return closed.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    /**
     * Waits for the close as a good client does, that takes a connection for lost on which nothing comes any more: the JDK's
     * does not always tell of one that was cut in the midst of a message.
     *
     * @param silence in which a message or a ping must have come
     * @return the code; empty if the connection was cut, or is silent
     */
    public OptionalInt awaitCloseOrSilence(Duration silence) throws InterruptedException {
        while (!closed.isDone() && heard.tryAcquire(silence.toMillis(), TimeUnit.MILLISECONDS)) {
            heard.drainPermits();
        }
        return closed.isDone() && !closed.isCompletedExceptionally()
                ? OptionalInt.of(closed.join().code())
                : OptionalInt.empty();
    }

    @Override
    public void close() {
        socket().abort();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public void onOpen(WebSocket opened) {
            if (readsOn) {
                opened.request(Long.MAX_VALUE);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            heard.release();
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer payload) {
            pings.release();
            heard.release();
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(new Close(code, reason));
            heard.release();
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            closed.completeExceptionally(failure);
            heard.release();
        }
    }
}
