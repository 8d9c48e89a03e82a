package dev.jobstream.adapters.web.formats;

import dev.jobstream.domain.EventData;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing run of bytes, into which event data goes without a detour. Not safe for use by many threads. */
final class AsciiBuffer {

    private byte[] bytes;
    private int length;

    AsciiBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    AsciiBuffer put(byte[] part) {
        reserve(part.length);
        System.arraycopy(part, 0, bytes, length, part.length);
        length += part.length;
        return this;
    }

    /** @param text ASCII only */
    AsciiBuffer put(String text) {
        int size = text.length();
        reserve(size);
        for (int i = 0; i < size; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += size;
        return this;
    }

    AsciiBuffer put(EventData data) {
        reserve(data.size());
        length = data.copyTo(bytes, length);
        return this;
    }

    byte[] toByteArray() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8)));
        }
    }
}
