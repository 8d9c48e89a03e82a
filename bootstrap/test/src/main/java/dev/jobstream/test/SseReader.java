package dev.jobstream.test;

import dev.jobstream.tools.SseParser;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads Server-Sent Events from wherever they come. For use by one thread. */
public final class SseReader implements AutoCloseable {

    private final Deque<SseEvent> events = new ArrayDeque<>();
    private final SseParser parser = new SseParser(this::heard);
    private final byte[] buffer = new byte[8 * 1024];
    private final InputStream body;

    private SseReader(InputStream body) {
        this.body = body;
    }

    private void heard(SseParser event) {
        String type = event.type().toString();
        events.add(new SseEvent(
                event.id().isPresent() ? event.id().toString() : null,
                type.isEmpty() ? "message" : type,
                event.data().toString()));
    }

    /**
     * Opens a stream on a server.
     *
     * @param patience time for which a read waits for the next byte before it throws a {@link
     *     java.net.SocketTimeoutException}; longer than the server's heartbeat
     * @param headers {@code Name: value}
     * @throws IOException if the server cannot be reached, or answers with anything but an event stream
     */
    public static SseReader open(URI stream, Duration patience, String... headers) throws IOException {
        HttpURLConnection request = (HttpURLConnection) stream.toURL().openConnection();
        request.setConnectTimeout((int) patience.toMillis());
        request.setReadTimeout((int) patience.toMillis());
        for (String header : headers) {
            int colon = header.indexOf(':');
            request.setRequestProperty(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        String type = String.valueOf(request.getContentType());
        if (request.getResponseCode() != HttpURLConnection.HTTP_OK || !type.startsWith("text/event-stream")) {
            int status = request.getResponseCode();
            request.disconnect();
            throw new IOException("the answer is " + status + ", " + type);
        }
        return new SseReader(request.getInputStream());
    }

    /** Reads a body that is coming. The stream is closed with this reader. */
    public static SseReader of(InputStream body) {
        return new SseReader(body);
    }

    /** The whole events of a body, or of as much of it as has come. */
    public static List<SseEvent> parse(byte[] body) {
        SseReader reader = new SseReader(InputStream.nullInputStream());
        reader.parser.feed(body, 0, body.length);
        return List.copyOf(reader.events);
    }

    /** The whole events of a body, or of as much of it as has come. */
    public static List<SseEvent> parse(String body) {
        return parse(body.getBytes(StandardCharsets.UTF_8));
    }

    /** The next event; {@code null} when the body has ended. Blocks until one of the two has come. */
    public @Nullable SseEvent next() throws IOException {
        while (events.isEmpty()) {
            int read = body.read(buffer);
            if (read < 0) {
                return null;
            }
            parser.feed(buffer, 0, read);
        }
        return events.poll();
    }

    /**
     * Reads up to and including the next event of this type.
     *
     * @throws EOFException if the body ends before
     */
    public List<SseEvent> until(String type) throws IOException {
        List<SseEvent> read = new ArrayList<>();
        for (SseEvent event = next(); event != null; event = next()) {
            read.add(event);
            if (event.type().equals(type)) {
                return read;
            }
        }
        throw new EOFException("the body has ended after " + read);
    }

    /** Reads to the end of the body. */
    public List<SseEvent> toEnd() throws IOException {
        List<SseEvent> read = new ArrayList<>();
        for (SseEvent event = next(); event != null; event = next()) {
            read.add(event);
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
