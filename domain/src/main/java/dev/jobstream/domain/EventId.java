package dev.jobstream.domain;

/**
 * The position of an event in its job's journal: strictly increasing within a job, opaque to clients. Its text form,
 * {@code <time>-<sequence>}, is the {@code id} of a Server-Sent Event and the entry id of a Valkey Stream.
 *
 * @param time milliseconds since the epoch, as the journal's clock had it; 0 or more
 * @param sequence counts events of one millisecond; 0 or more
 */
public record EventId(long time, long sequence) implements Comparable<EventId> {

    /** What stands before the first event of a job: no event has this id, every event comes after it. */
    public static final EventId NONE = new EventId(0, 0);

    /** The longest text form, in characters: two 64-bit numbers and a dash. */
    public static final int MAX_LENGTH = 39;

    /** @throws IllegalArgumentException if either number is negative */
    public EventId {
        if (time < 0 || sequence < 0) {
            throw new IllegalArgumentException("event id must not be negative: " + time + "-" + sequence);
        }
    }

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
        if (digits < 1 || digits > 19 || (digits > 1 && text.charAt(from) == '0')) {
            throw malformed(text);
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                throw malformed(text);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static InvalidEventException malformed(String text) {
        String shown = text.length() > MAX_LENGTH ? text.length() + " characters" : "'" + text + "'";
        return new InvalidEventException("event id must look like 1764064812345-0, is " + shown);
    }

    @Override
    public int compareTo(EventId other) {
        int byTime = Long.compare(time, other.time);
        return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }

    public boolean isAfter(EventId other) {
        return compareTo(other) > 0;
    }

    @Override
    public String toString() {
        return time + "-" + sequence;
    }
}
