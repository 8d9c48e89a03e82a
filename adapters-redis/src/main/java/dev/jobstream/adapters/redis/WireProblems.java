package dev.jobstream.adapters.redis;

/** Hears what Valkey held that is no event: it was skipped, and no stream ended for it. Called on any thread; must not block. */
@FunctionalInterface
public interface WireProblems {

    /** Takes no notice. */
    WireProblems IGNORED = where -> {};

    /** A message or a journal entry was skipped: malformed, too large, or with a reserved name. */
    void skipped(Where where);

    /** Where it was found. */
    enum Where {
        /** A Pub/Sub message. */
        WIRE,
        /** An entry of a journal. */
        JOURNAL
    }
}
