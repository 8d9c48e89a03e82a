package dev.jobstream.domain;

/**
 * The position of an event in its job's journal: strictly increasing within a job, opaque to clients. Its text form,
 * {@code <time>-<sequence>}, is the {@code id} of a Server-Sent Event and the entry id of a Valkey Stream.
 *
 * <p>Both numbers have 64 bits and no sign, as in a Valkey Stream: whatever stands in a journal has an id that can be named.
 *
 * @param time milliseconds since the epoch, as the journal's clock had it; unsigned
 * @param sequence counts events of one millisecond; unsigned
 */
public record EventId(long time, long sequence) implements Comparable<EventId> {

    /** What stands before the first event of a job: no event has this id, every event comes after it. */
    public static final EventId NONE = new EventId(0, 0);

    /** The longest text form, in characters: two 64-bit numbers and a dash. */
    public static final int MAX_LENGTH = 41;

    /** Any number of so many digits fits into 63 bits. */
    private static final int SURE_DIGITS = 18;

    private static final int MOST_DIGITS = 20;

    /**
     * Reads the text form, and only it: decimal digits without sign, space or leading zeros.
     *
     * @throws InvalidEventException if the text is anything else
     */
    public static EventId parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 1 || text.length() > MAX_LENGTH) {
            throw malformed(text);
        }
        return new EventId(number(text, 0, dash), number(text, dash + 1, text.length()));
    }

    private static long number(String text, int from, int to) {
        int digits = to - from;
        if (digits < 1 || digits > MOST_DIGITS || (digits > 1 && text.charAt(from) == '0')) {
            throw malformed(text);
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed(text);
            }
            value = value * 10 + digit;
        }
        return digits <= SURE_DIGITS ? value : large(text, from, to);
    }

    private static long large(String text, int from, int to) {
        try {
            return Long.parseUnsignedLong(text, from, to, 10);
        } catch (NumberFormatException e) {
            throw malformed(text);
        }
    }

    private static InvalidEventException malformed(String text) {
        String shown = text.length() > MAX_LENGTH ? text.length() + " characters" : "'" + text + "'";
        return new InvalidEventException("event id must look like 1764064812345-0, is " + shown);
    }

    @Override
    public int compareTo(EventId other) {
        int byTime = Long.compareUnsigned(time, other.time);
        return byTime != 0 ? byTime : Long.compareUnsigned(sequence, other.sequence);
    }

    public boolean isAfter(EventId other) {
        return compareTo(other) > 0;
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(time) + "-" + Long.toUnsignedString(sequence);
    }
}
