package dev.jobstream.bootstrap;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A client of Server-Sent Events over a plain socket, written from the HTML standard and RFC 9112 and with nothing of the
 * server in it: it sees the bytes that are on the wire. Used by one thread.
 */
public final class SseClient implements AutoCloseable {

    /** An event as a browser would dispatch it. {@code lastEventId} is what the client would resume with. */
    public record Event(String id, String type, String data, String lastEventId) {}

    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final boolean chunked;

    private boolean inChunks;
    private int chunkLeft;
    /** Of a body of a known length; negative for one that ends with the connection. */
    private int bodyLeft;

    private boolean ended;
    private String lastEventId = "";
    private String retry = "";
    private int comments;

    private SseClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        status = Integer.parseInt(headerLine().split(" ")[1]);
        for (String line = headerLine(); !line.isEmpty(); line = headerLine()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        chunked = headers.getOrDefault("Transfer-Encoding", List.of()).contains("chunked");
        bodyLeft = headers.getOrDefault("Content-Length", List.of()).stream()
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(-1);
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
        return status;
    }

    /** The header's values; empty if it was not sent. */
    public List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** The comment lines seen so far. */
    public int comments() {
        return comments;
    }

    /** The reconnection time that the server named last. */
    public String retry() {
        return retry;
    }

    public String lastEventId() {
        return lastEventId;
    }

    /** The next event; {@code null} when the response has ended as HTTP says it must. */
    public Event next() throws IOException {
        String id = null;
        String type = null;
        StringBuilder data = null;
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                if (data != null) {
                    return new Event(id, type == null ? "message" : type, data.toString(), lastEventId);
                }
                type = null;
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "" -> comments++;
                case "id" -> {
                    id = value;
                    lastEventId = value;
                }
                case "event" -> type = value;
                case "retry" -> retry = value;
                case "data" ->
                    data = data == null
                            ? new StringBuilder(value)
                            : data.append('\n').append(value);
                default -> {}
            }
        }
        return null;
    }

    /** Reads up to and including the first event for which this holds. */
    public List<Event> until(Predicate<Event> last) throws IOException {
        List<Event> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event);
            if (last.test(event)) {
                return events;
            }
        }
        throw new EOFException("the stream ended after " + events.size() + " events");
    }

    /** Reads to the clean end of the response. */
    public List<Event> toEnd() throws IOException {
        List<Event> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event);
        }
        return events;
    }

    /** The whole body, for answers that are no streams. */
    public String body() throws IOException {
        int length = Integer.parseInt(
                header("Content-Length").isEmpty()
                        ? "-1"
                        : header("Content-Length").get(0));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (length < 0 || body.size() < length) {
            int b = read();
            if (b < 0) {
                break;
            }
            body.write(b);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    /** Waits for the first comment line. */
    public void awaitComment() throws IOException {
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith(":")) {
                comments++;
                return;
            }
        }
        throw new EOFException();
    }

    /** Reads to the end of the first block, which dispatches nothing. */
    public void awaitBlock() throws IOException {
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                return;
            }
            if (line.startsWith("id: ")) {
                lastEventId = line.substring("id: ".length());
            }
        }
        throw new EOFException();
    }

    /** A line as the HTML standard ends it; {@code null} at the end of the body. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = read(); b >= 0; b = read()) {
            if (b == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (b == '\r') {
                throw new IOException("a CR in the body");
            }
            line.write(b);
        }
        if (line.size() > 0) {
            throw new EOFException("the body ended in the midst of a line");
        }
        return null;
    }

    private int read() throws IOException {
        if (!chunked) {
            return bodyLeft-- == 0 ? -1 : in.read();
        }
        if (ended) {
            return -1;
        }
        if (chunkLeft == 0) {
            if (inChunks) {
                headerLine(); // The line end behind a chunk may come with the next one.
            }
            inChunks = true;
            chunkLeft = Integer.parseInt(headerLine().strip(), 16);
            if (chunkLeft == 0) {
                headerLine();
                ended = true;
                return -1;
            }
        }
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the connection was cut in the midst of the response");
        }
        chunkLeft--;
        return b;
    }

    private String headerLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection was cut");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
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
