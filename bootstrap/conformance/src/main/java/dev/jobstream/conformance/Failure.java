package dev.jobstream.conformance;

/** A server does not do what a check holds it to: what was expected, and what was seen. */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Failure(String expected, String seen) {
        this("expected " + expected + ", saw " + seen);
    }

    private Failure(String message) {
        super(message);
    }

    /** The same, with what was asked. */
    Failure on(String request) {
        return new Failure(getMessage() + " for " + request);
    }
}
