package dev.jobstream.faults;

/** An event's id, as Valkey makes them. */
record Id(long millis, long sequence) implements Comparable<Id> {

    static final Id NONE = new Id(0, 0);

    static Id of(String text) {
        int dash = text.indexOf('-');
        return new Id(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    @Override
    public int compareTo(Id other) {
        return millis != other.millis ? Long.compare(millis, other.millis) : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return millis + "-" + sequence;
    }
}
