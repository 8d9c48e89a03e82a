package dev.jobstream.conformance;

/** A check cannot be made of this server, or was not asked for; the message says why. */
final class Skipped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Skipped(String reason) {
        super(reason);
    }
}
