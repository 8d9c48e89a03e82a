package dev.jobstream.conformance;

/**
 * One thing that a server is held to.
 *
 * @param title what it does if it is right, after "the server" or the like
 * @param rule the words of docs/protocol.md that ask for it
 * @param waits whether it waits for heartbeats, and so begins before the others
 */
record Check(String title, String rule, boolean waits, Body body) {

    /** Returns if the server is right, and throws {@link Failure} or {@link Skipped} otherwise. */
    interface Body {

        void run(Probe probe) throws Exception;
    }

    static Check of(String title, String rule, Body body) {
        return new Check(title, rule, false, body);
    }

    static Check waiting(String title, String rule, Body body) {
        return new Check(title, rule, true, body);
    }
}
