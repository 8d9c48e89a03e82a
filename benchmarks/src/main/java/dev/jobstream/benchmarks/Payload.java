package dev.jobstream.benchmarks;

import dev.jobstream.tools.SseParser;
import java.nio.charset.StandardCharsets;

/**
 * The data of a measured event: {@code {"stepId":"…","chunk":"…","n":<number in its job>,"t":<when it was sent>}}. The two
 * numbers come last, so that they are read without parsing the rest.
 */
final class Payload {

    private static final String BEGIN = "{\"stepId\":\"7b1c9a52-3e0f\",\"chunk\":\"Test suite passed: 42/42";
    private static final byte[] NUMBER = ascii("\"n\":");
    private static final byte[] TIME = ascii("\"t\":");

    /** What the two numbers take, with their names, once the machine has been up for a day. */
    private static final int NUMBERS = 31;

    private final String begin;

    /** @param size about how many bytes it has; at least some 110 */
    Payload(int size) {
        int missing = size - BEGIN.length() - NUMBERS;
        begin = BEGIN + "x".repeat(Math.max(0, missing)) + "\",\"n\":";
    }

    byte[] write(long number, long nanos) {
        return ascii(begin + number + ",\"t\":" + nanos + "}");
    }

    /** What a reader got out of a payload: valid until the next one. */
    static final class Reader {
        private byte[] bytes = {};
        private int at;
        long number;
        long nanos;

        /** Reads the two numbers from {@code bytes[from..to)}; false if it is not such a payload. */
        boolean read(SseParser.Field data) {
            bytes = data.bytes();
            at = data.to() - 1;
            if (at - data.from() < NUMBERS / 2 || bytes[at] != '}') {
                return false;
            }
            nanos = back(TIME);
            if (nanos < 0 || bytes[at] != ',') {
                return false;
            }
            number = back(NUMBER);
            return number >= 0;
        }

        private long back(byte[] name) {
            long value = 0;
            long place = 1;
            at--;
            int end = at;
            while (bytes[at] >= '0' && bytes[at] <= '9' && end - at < 19) {
                value += (bytes[at--] - '0') * place;
                place *= 10;
            }
            if (at == end) {
                return -1;
            }
            for (int i = name.length - 1; i >= 0; i--) {
                if (bytes[at--] != name[i]) {
                    return -1;
                }
            }
            return value;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
