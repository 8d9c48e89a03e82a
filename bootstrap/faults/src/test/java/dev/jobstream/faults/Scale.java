package dev.jobstream.faults;

/**
 * How much of everything: {@code -Djobstream.faults=full}, the default, is what the table in the documentation was made
 * with; {@code short} is the same faults in less time, for every change.
 */
final class Scale {

    static final boolean FULL = !"short".equals(System.getProperty("jobstream.faults", "full"));

    private Scale() {}

    static int of(int full, int brief) {
        return FULL ? full : brief;
    }
}
