package dev.jobstream.tools;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Parses Server-Sent Events where they lie: while the listener is called, the fields are places in the bytes that came in.
 * Lines may end with LF, CR LF or CR. Only an event whose end has not come yet, or with several lines of data, is copied.
 */
public final class SseParser {

    private static final byte[] NOTHING = {};
    private static final byte[] ID = ascii("id");
    private static final byte[] EVENT = ascii("event");
    private static final byte[] DATA = ascii("data");
    private static final byte[] RETRY = ascii("retry");
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** Hears what comes, in order. */
    public interface Listener {

        /** An event that has data. Its fields are good during the call only. */
        void event(SseParser event);

        /** A comment line. */
        default void comment() {}

        /** The time after which a client that lost its connection is to come back. */
        default void retry(int millis) {}

        /** A line that no client knows what to do with. */
        default void unknown(String line) {}

        /** A blank line: the end of a block, whether or not it was an event, with the id that it had. */
        default void blockEnd(Field id) {}
    }

    /** A run of bytes; absent if its start is negative. */
    public static final class Field {
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

        public boolean isPresent() {
            return from >= 0;
        }

        public byte[] bytes() {
            return bytes;
        }

        public int from() {
            return from;
        }

        public int to() {
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
    /** The lines of the block that is not complete which the listener has heard of. */
    private int told;

    private boolean midLine;
    private boolean carriageReturns;

    public SseParser(Listener listener) {
        this.listener = listener;
    }

    public Field id() {
        return id;
    }

    public Field type() {
        return type;
    }

    /** The lines of data, joined by LF. */
    public Field data() {
        return data;
    }

    /** Whether what came last is no whole line. */
    public boolean isInMidLine() {
        return midLine;
    }

    /** Whether a line has ended with a CR, with or without a LF behind it. */
    public boolean hasCarriageReturns() {
        return carriageReturns;
    }

    /** Takes what came; the listener hears of it before this returns. */
    public void feed(byte[] bytes, int from, int to) {
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
        int number = 0;
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
                listener.blockEnd(id);
                clear();
                block = next;
                number = 0;
                told = 0;
            } else {
                line(bytes, at, end, number++ >= told);
            }
            carriageReturns |= bytes[end] == '\r';
            at = next;
        }
        midLine = at < to;
        told = number;
        return block;
    }

    private void clear() {
        id.clear();
        type.clear();
        data.clear();
    }

    /** @param fresh whether it is not read again since its block is not complete */
    private void line(byte[] bytes, int from, int to, boolean fresh) {
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
        } else if (fresh) {
            tell(bytes, from, to);
        }
    }

    private void tell(byte[] bytes, int from, int to) {
        int value = value(bytes, from, to, RETRY);
        if (bytes[from] == ':') {
            listener.comment();
        } else if (value >= 0) {
            listener.retry(Integer.parseInt(text(bytes, value, to)));
        } else {
            listener.unknown(text(bytes, from, to));
        }
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
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
