package dev.jobstream.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Parses Server-Sent Events where they lie: while the listener is called, the fields are places in the bytes that came in.
 * Lines may end with LF, CR LF or CR. Only an event whose end has not come yet, or with several lines of data, is copied.
 */
final class SseParser {

    private static final byte[] NOTHING = {};
    private static final byte[] ID = ascii("id");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] DATA = ascii("data");
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** Hears of each event that has data. */
    interface Listener {
        void event(SseParser event);
    }

    /** A run of bytes; absent if its start is negative. */
    static final class Field {
        private byte[] bytes = NOTHING;
        private int from = -1;
        private int to = -1;

        private void set(byte[] bytes, int from, int to) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
        }

        private void clear() {
            from = -1;
        }

        boolean isPresent() {
            return from >= 0;
        }

        byte[] bytes() {
            return bytes;
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }

        @Override
        public String toString() {
            return isPresent() ? new String(bytes, from, to - from, StandardCharsets.UTF_8) : "";
        }
    }

    private final Listener listener;
    private final Field id = new Field();
    private final Field type = new Field();
    private final Field data = new Field();
    private byte[] carry = NOTHING;
    private int carried;
    private boolean begun;

    SseParser(Listener listener) {
        this.listener = listener;
    }

    Field id() {
        return id;
    }

    Field type() {
        return type;
    }

    /** The lines of data, joined by LF. */
    Field data() {
        return data;
    }

    void feed(byte[] bytes, int from, int to) {
        if (carried == 0) {
            int consumed = parse(bytes, from, to);
            keep(bytes, consumed, to);
            return;
        }
        reserve(carried + to - from);
        System.arraycopy(bytes, from, carry, carried, to - from);
        int end = carried + to - from;
        keep(carry, parse(carry, 0, end), end);
    }

    private void reserve(int size) {
        if (carry.length < size) {
            carry = Arrays.copyOf(carry, Math.max(size, carry.length * 2));
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        int size = to - from;
        if (size == 0) {
            carry = NOTHING;
        } else {
            if (bytes != carry) {
                reserve(size);
            }
            System.arraycopy(bytes, from, carry, 0, size);
        }
        carried = size;
    }

    /**
     * Parses the blocks that are complete, and returns where the first begins that is not. A CR at the end may have its LF
     * still to come: that one makes an empty block, which is nothing.
     */
    private int parse(byte[] bytes, int from, int to) {
        int at = from;
        if (!begun) {
            if (to - at < BYTE_ORDER_MARK.length && Arrays.mismatch(bytes, at, to, BYTE_ORDER_MARK, 0, to - at) < 0) {
                return at;
            }
            begun = true;
            at += startsWith(bytes, at, to, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
        }
        int block = at;
        clear();
        while (at < to) {
            int end = at;
            while (end < to && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            if (end == to) {
                break;
            }
            int next = end + 1;
            if (bytes[end] == '\r' && next < to && bytes[next] == '\n') {
                next++;
            }
            if (end == at) {
                if (data.isPresent()) {
                    listener.event(this);
                }
                clear();
                block = next;
            } else {
                line(bytes, at, end);
            }
            at = next;
        }
        return block;
    }

    private void clear() {
        id.clear();
        type.clear();
        data.clear();
    }

    /** A comment, {@code retry} and what nobody knows are passed over. */
    private void line(byte[] bytes, int from, int to) {
        int value;
        if ((value = value(bytes, from, to, DATA)) >= 0) {
            if (data.isPresent()) {
                join(bytes, value, to);
            } else {
                data.set(bytes, value, to);
            }
        } else if ((value = value(bytes, from, to, EVENT)) >= 0) {
            type.set(bytes, value, to);
        } else if ((value = value(bytes, from, to, ID)) >= 0) {
            id.set(bytes, value, to);
        }
    }

    /** Where the value of the line begins if it is that field's, else -1. */
    private static int value(byte[] bytes, int from, int to, byte[] name) {
        int colon = from + name.length;
        if (!startsWith(bytes, from, to, name)) {
            return -1;
        }
        if (colon == to) {
            return to;
        }
        if (bytes[colon] != ':') {
            return -1;
        }
        return colon + 1 < to && bytes[colon + 1] == ' ' ? colon + 2 : colon + 1;
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] start) {
        if (to - from < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (bytes[from + i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    private void join(byte[] bytes, int from, int to) {
        int before = data.to - data.from;
        byte[] joined = Arrays.copyOfRange(data.bytes, data.from, data.to + 1 + to - from);
        joined[before] = '\n';
        System.arraycopy(bytes, from, joined, before + 1, to - from);
        data.set(joined, 0, joined.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
