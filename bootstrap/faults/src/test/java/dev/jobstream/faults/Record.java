package dev.jobstream.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that one client has been told, in order. Filled by one thread; others read it when that thread is done with it. */
final class Record {

    /** Something other than an event, told when so many events had been. */
    record Mark(int position, Kind kind, String detail, long nanos) {}

    enum Kind {
        /** A response has begun with 200. */
        OPENED,
        /** A response had another status, which is the detail. */
        REFUSED,
        /** {@code stream.gap}; the detail is its data. */
        GAP,
        /** {@code stream.closing}; the detail is its data and the reconnection time. */
        CLOSING,
        /** The response has ended as HTTP says. */
        ENDED,
        /** The connection has ended otherwise, or could not be made. */
        CUT,
        /** Bytes that no server should send. */
        BROKEN
    }

    private long[] millis = new long[64];
    private int[] sequences = new int[64];
    private int[] numbers = new int[64];
    private long[] nanos = new long[64];
    private volatile int size;
    private final List<Mark> marks = new ArrayList<>();

    void event(Id id, int number, long now) {
        int at = size;
        if (at == millis.length) {
            millis = Arrays.copyOf(millis, at * 2);
            sequences = Arrays.copyOf(sequences, at * 2);
            numbers = Arrays.copyOf(numbers, at * 2);
            nanos = Arrays.copyOf(nanos, at * 2);
        }
        millis[at] = id.millis();
        sequences[at] = (int) id.sequence();
        numbers[at] = number;
        nanos[at] = now;
        size = at + 1;
    }

    synchronized void mark(Kind kind, String detail, long now) {
        marks.add(new Mark(size, kind, detail, now));
    }

    /** Events so far. May be asked at any time. */
    int size() {
        return size;
    }

    Id id(int at) {
        return new Id(millis[at], sequences[at]);
    }

    /** The number in the event's data. */
    int number(int at) {
        return numbers[at];
    }

    /** When it was there, by {@link System#nanoTime}. */
    long nanos(int at) {
        return nanos[at];
    }

    synchronized List<Mark> marks() {
        return List.copyOf(marks);
    }

    synchronized List<Mark> marks(Kind kind) {
        return marks.stream().filter(mark -> mark.kind == kind).toList();
    }

    synchronized int count(Kind kind) {
        return (int) marks.stream().filter(mark -> mark.kind == kind).count();
    }
}
