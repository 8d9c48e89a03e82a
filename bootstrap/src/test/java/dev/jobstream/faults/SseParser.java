package dev.jobstream.faults;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * An answer of HTTP/1.1 with an event stream in it (RFC 9112, HTML standard 9.2), byte by byte as they come. Strict: what
 * the project's own protocol does not allow is an error. Used by one thread.
 */
final class SseParser {

    interface Listener {
        void status(int code, int retryAfterSeconds);

        /** @param id as in this block, or {@code null} */
        void event(String id, String type, String data);

        void comment();

        void retry(int millis);

        /** The body has ended as HTTP says. */
        void end();
    }

    private enum State {
        HEAD,
        SIZE,
        CHUNK,
        AFTER_CHUNK,
        TRAILER,
        PLAIN,
        DONE
    }

    private final Listener listener;
    private State state = State.HEAD;
    private byte[] line = new byte[512];
    private int length;
    private int status;
    private boolean chunked;
    private int bodyLeft = -1;
    private int retryAfter;
    private int chunkLeft;

    /** Where a line of the chunked framing begins in {@code line}: behind the piece of the body's line before it. */
    private int headerStart;

    private String id;
    private String type;
    private String data;

    SseParser(Listener listener) {
        this.listener = listener;
    }

    void parse(ByteBuffer in) {
        while (in.hasRemaining()) {
            switch (state) {
                case HEAD, SIZE, AFTER_CHUNK, TRAILER -> {
                    byte b = in.get();
                    if (b == '\n') {
                        headerLine();
                    } else if (b != '\r') {
                        add(b);
                    }
                }
                case CHUNK -> {
                    int size = Math.min(chunkLeft, in.remaining());
                    body(in, size);
                    chunkLeft -= size;
                    if (chunkLeft == 0) {
                        state = State.AFTER_CHUNK;
                        headerStart = length;
                    }
                }
                case PLAIN -> {
                    int size = Math.min(bodyLeft, in.remaining());
                    body(in, size);
                    bodyLeft -= size;
                    if (bodyLeft == 0) {
                        finish();
                    }
                }
                case DONE -> throw new IllegalStateException("bytes after the end");
                default -> throw new AssertionError(state);
            }
        }
    }

    private void headerLine() {
        String text = new String(line, headerStart, length - headerStart, StandardCharsets.ISO_8859_1);
        length = headerStart;
        switch (state) {
            case HEAD -> head(text);
            case SIZE -> {
                chunkLeft = Integer.parseInt(text.trim(), 16);
                state = chunkLeft == 0 ? State.TRAILER : State.CHUNK;
            }
            case AFTER_CHUNK -> {
                if (!text.isEmpty()) {
                    throw new IllegalStateException("a chunk longer than it said");
                }
                state = State.SIZE;
            }
            case TRAILER -> {
                if (text.isEmpty()) {
                    finish();
                }
            }
            default -> throw new AssertionError(state);
        }
    }

    private void head(String text) {
        if (status == 0) {
            status = Integer.parseInt(text.split(" ")[1]);
        } else if (text.isEmpty()) {
            listener.status(status, retryAfter);
            if (chunked) {
                state = State.SIZE;
            } else if (bodyLeft > 0) {
                state = State.PLAIN;
            } else {
                finish();
            }
        } else {
            int colon = text.indexOf(':');
            String value = text.substring(colon + 1).trim();
            switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "content-length" -> bodyLeft = Integer.parseInt(value);
                case "retry-after" -> retryAfter = Integer.parseInt(value);
                default -> {}
            }
        }
    }

    private void finish() {
        state = State.DONE;
        if (length > 0 && status == 200) {
            throw new IllegalStateException("the body ended in the midst of a line");
        }
        listener.end();
    }

    private void body(ByteBuffer in, int size) {
        if (status != 200) {
            in.position(in.position() + size);
            return;
        }
        for (int i = 0; i < size; i++) {
            byte b = in.get();
            if (b == '\n') {
                bodyLine();
                length = 0;
            } else if (b == '\r') {
                throw new IllegalStateException("a CR in the body");
            } else {
                add(b);
            }
        }
    }

    private void add(byte b) {
        if (length == line.length) {
            line = Arrays.copyOf(line, length * 2);
        }
        line[length++] = b;
    }

    private void bodyLine() {
        if (length == 0) {
            if (data != null) {
                listener.event(id, type, data);
            }
            id = null;
            type = null;
            data = null;
            return;
        }
        if (line[0] == ':') {
            listener.comment();
            return;
        }
        int colon = 0;
        while (colon < length && line[colon] != ':') {
            colon++;
        }
        String field = new String(line, 0, colon, StandardCharsets.UTF_8);
        int from = Math.min(length, colon + 2);
        String value = new String(line, from, length - from, StandardCharsets.UTF_8);
        switch (field) {
            case "id" -> id = value;
            case "event" -> type = value;
            case "data" -> {
                if (data != null) {
                    throw new IllegalStateException("data of two lines");
                }
                data = value;
            }
            case "retry" -> listener.retry(Integer.parseInt(value));
            default -> throw new IllegalStateException("an unknown field '" + field + "'");
        }
    }
}
