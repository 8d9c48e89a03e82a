package dev.jobstream.conformance;

/** A server does not do what a check holds it to: what was expected, and what was seen. */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean lost;

    Failure(String expected, String seen) {
        this("expected " + expected + ", saw " + seen);
    }

    private Failure(String message) {
        this(message, false);
    }

    private Failure(String message, boolean lost) {
        super(message);
        this.lost = lost;
    }

    /** There was no answer, since the connection broke. */
    static Failure lost(String expected, String seen) {
        return new Failure("expected " + expected + ", saw " + seen, true);
    }

    boolean isLost() {
        return lost;
    }

    /** The same, with what was asked. */
    Failure on(String request) {
        return new Failure(getMessage() + " for " + request);
    }
}
