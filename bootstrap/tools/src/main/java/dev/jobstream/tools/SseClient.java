package dev.jobstream.tools;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream off a socket, as RFC 9112 and the HTML standard have it, and no further than it is asked to. Used by
 * one thread.
 */
public final class SseClient implements AutoCloseable {

    /** An event as a browser would dispatch it. {@code lastEventId} is what the client would resume with. */
    public record Event(@Nullable String id, String type, String data, String lastEventId) {}

    private final Socket socket;
    private final InputStream in;
    private final HttpResponse response = new HttpResponse(this::body);
    private final SseParser parser = new SseParser(new Heard());

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream other = new ByteArrayOutputStream();
    private final Deque<Event> events = new ArrayDeque<>();
    private String lastEventId = "";
    private String retry = "";
    private int comments;
    private int blocks;

    /** What the parser tells. A block is heard as a whole, since its id may come last. */
    private final class Heard implements SseParser.Listener {

        @Override
        public void event(SseParser event) {
            String type = event.type().toString();
            events.add(new Event(
                    event.id().isPresent() ? event.id().toString() : null,
                    type.isEmpty() ? "message" : type,
                    event.data().toString(),
                    event.id().isPresent() ? event.id().toString() : lastEventId));
        }

        @Override
        public void comment() {
            comments++;
        }

        @Override
        public void retry(int millis) {
            retry = Integer.toString(millis);
        }

        @Override
        public void blockEnd(SseParser.Field id) {
            if (id.isPresent()) {
                lastEventId = id.toString();
            }
            blocks++;
        }
    }

    private SseClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        while (!response.hasHead()) {
            if (!readLine()) {
                throw new EOFException("the connection was cut");
            }
        }
    }

    /** Sends a GET and reads the head of the answer. Reads give up after {@code patience} without a byte. */
    public static SseClient get(int port, String path, Duration patience, String... requestHeaders) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout((int) patience.toMillis());
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : requestHeaders) {
            request.append(header).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        return new SseClient(socket);
    }

    public int status() {
        return response.status();
    }

    /** The header's values; empty if it was not sent. */
    public List<String> header(String name) {
        return response.header(name);
    }

    /** The comment lines seen so far. */
    public int comments() {
        return comments;
    }

    /** The reconnection time that the server named last. */
    public String retry() {
        return retry;
    }

    /** What the client would resume with. */
    public String lastEventId() {
        return lastEventId;
    }

    /**
     * The next event; {@code null} when the response has ended as HTTP says it must.
     *
     * @throws EOFException if the response ended in any other way
     */
    public @Nullable Event next() throws IOException {
        readUntil(() -> !events.isEmpty());
        return events.poll();
    }

    /** Reads up to and including the first event for which this holds. */
    public List<Event> until(Predicate<Event> last) throws IOException {
        List<Event> read = new ArrayList<>();
        for (@Nullable Event event = next(); event != null; event = next()) {
            read.add(event);
            if (last.test(event)) {
                return read;
            }
        }
        throw new EOFException("the stream ended after " + read.size() + " events");
    }

    /** Reads to the clean end of the response. */
    public List<Event> toEnd() throws IOException {
        List<Event> read = new ArrayList<>();
        for (@Nullable Event event = next(); event != null; event = next()) {
            read.add(event);
        }
        return read;
    }

    /** The whole body, for answers that are no streams. */
    public String body() throws IOException {
        readUntil(() -> false);
        return other.toString(StandardCharsets.UTF_8);
    }

    /** Waits for a comment line. */
    public void awaitComment() throws IOException {
        int before = comments;
        if (!readUntil(() -> comments > before)) {
            throw new EOFException();
        }
    }

    /** Reads to the end of the first block, which dispatches nothing. */
    public void awaitBlock() throws IOException {
        int before = blocks;
        if (!readUntil(() -> blocks > before)) {
            throw new EOFException();
        }
    }

    private void body(byte[] bytes, int from, int to) {
        if (status() == 200 && header("Content-Type").stream().anyMatch(type -> type.startsWith("text/event-stream"))) {
            parser.feed(bytes, from, to);
        } else {
            other.write(bytes, from, to - from);
        }
    }

    /** Reads until this holds, or the response ends as it must: whether it holds. */
    private boolean readUntil(BooleanSupplier holds) throws IOException {
        while (!holds.getAsBoolean()) {
            if (response.isDone()) {
                requireWholeLines();
                return false;
            }
            if (!readLine()) {
                if (!response.endsWithConnection()) {
                    throw new EOFException("the connection was cut in the midst of the response");
                }
                requireWholeLines();
                return false;
            }
        }
        return true;
    }

    private void requireWholeLines() throws IOException {
        if (parser.isInMidLine()) {
            throw new EOFException("the body ended in the midst of a line");
        }
    }

    /** Reads to the next LF, or to where the body or a chunk ends: whether anything came. */
    private boolean readLine() throws IOException {
        line.reset();
        int b;
        do {
            b = in.read();
            if (b >= 0) {
                line.write(b);
            }
        } while (b >= 0 && b != '\n' && line.size() < response.untilBoundary());
        response.feed(line.toByteArray(), 0, line.size());
        if (parser.hasCarriageReturns()) {
            throw new IOException("a CR in the body");
        }
        return line.size() > 0;
    }

    /** Cuts the connection without a word: a reset, not a close. */
    public void cut() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
