package dev.jobstream.tools;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes an HTTP/1.1 response apart as its bytes come in: the head, then the body without its chunks, its length or its end
 * at the end of the connection. Trailers are skipped.
 */
public final class HttpResponse {

    private static final int MAX_HEAD = 16 * 1024;

    /** Where the body goes, in pieces that are valid during the call only. */
    public interface Body {
        void bytes(byte[] buffer, int from, int to);
    }

    private enum State {
        HEAD,
        UNTIL_END,
        LENGTH,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_DATA,
        CHUNK_END,
        TRAILER,
        DONE
    }

    private final Body body;
    private State state = State.HEAD;
    private @Nullable ByteArrayOutputStream head = new ByteArrayOutputStream(512);
    private int status;
    private String fields = "";
    private long left;
    private int digits;
    private boolean lineEmpty;

    public HttpResponse(Body body) {
        this.body = body;
    }

    /** The status code; 0 while the head is not complete. */
    public int status() {
        return status;
    }

    /** Whether the head is complete. */
    public boolean hasHead() {
        return status != 0;
    }

    /** The values of a header, in their order; empty if it was not sent, or the head is not complete. */
    public List<String> header(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return fields.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }

    /** How many bytes of the body come before the next boundary of the framing; what is next may be framing. */
    public long untilBoundary() {
        return state == State.LENGTH || state == State.CHUNK_DATA ? left : Long.MAX_VALUE;
    }

    /** Whether the body ends with the connection. */
    public boolean endsWithConnection() {
        return state == State.UNTIL_END;
    }

    /** Whether the body has ended. What ends with the connection never does by itself. */
    public boolean isDone() {
        return state == State.DONE;
    }

    /** @throws IllegalStateException if this is no response, or bytes follow its end */
    public void feed(byte[] buffer, int from, int to) {
        int at = from;
        while (at < to) {
            switch (state) {
                case HEAD -> at = head(buffer, at, to);
                case UNTIL_END -> {
                    body.bytes(buffer, at, to);
                    at = to;
                }
                case LENGTH, CHUNK_DATA -> {
                    int end = (int) Math.min(to, at + left);
                    body.bytes(buffer, at, end);
                    left -= end - at;
                    at = end;
                    if (left == 0) {
                        state = state == State.LENGTH ? State.DONE : State.CHUNK_END;
                    }
                }
                case CHUNK_SIZE -> size(buffer[at++]);
                case CHUNK_EXTENSION -> {
                    if (buffer[at++] == '\n') {
                        lineEmpty = true;
                        state = left == 0 ? State.TRAILER : State.CHUNK_DATA;
                    }
                }
                case CHUNK_END -> {
                    byte b = buffer[at++];
                    if (b == '\n') {
                        beginChunk();
                    } else if (b != '\r') {
                        throw new IllegalStateException("a chunk is longer than it says");
                    }
                }
                case TRAILER -> trailer(buffer[at++]);
                case DONE -> throw new IllegalStateException("bytes behind the end of the response");
            }
        }
    }

    private void beginChunk() {
        left = 0;
        digits = 0;
        state = State.CHUNK_SIZE;
    }

    private void size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            left = left * 16 + digit;
            digits++;
            return;
        }
        if (digits == 0 || digits > 15 || (b != '\r' && b != ';' && b != ' ')) {
            throw new IllegalStateException("a chunk does not begin with its size");
        }
        state = State.CHUNK_EXTENSION;
    }

    private void trailer(byte b) {
        if (b == '\n') {
            if (lineEmpty) {
                state = State.DONE;
            }
            lineEmpty = true;
        } else if (b != '\r') {
            lineEmpty = false;
        }
    }

    private int head(byte[] buffer, int from, int to) {
        ByteArrayOutputStream bytes = head;
        if (bytes == null) {
            throw new IllegalStateException("the head is complete");
        }
        int before = bytes.size();
        bytes.write(buffer, from, Math.min(to - from, MAX_HEAD));
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            if (text.length() >= MAX_HEAD) {
                throw new IllegalStateException("the head has no end");
            }
            return to;
        }
        head = null;
        begin(text.substring(0, end + 2));
        return from + end + 4 - before;
    }

    private void begin(String text) {
        if (!text.startsWith("HTTP/1.1 ") || text.length() < 12) {
            throw new IllegalStateException("not an HTTP/1.1 response");
        }
        status = Integer.parseInt(text.substring(9, 12));
        fields = text;
        List<String> length = header("Content-Length");
        if (status == 204 || status == 304) {
            state = State.DONE;
        } else if (header("Transfer-Encoding").contains("chunked")) {
            beginChunk();
        } else if (!length.isEmpty()) {
            left = Long.parseLong(length.get(0));
            state = left == 0 ? State.DONE : State.LENGTH;
        } else {
            state = State.UNTIL_END;
        }
    }
}
