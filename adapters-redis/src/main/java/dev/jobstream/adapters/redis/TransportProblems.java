package dev.jobstream.adapters.redis;

/**
 * Hears what Valkey held that is no event of ours: it was skipped, and no stream ended for it; and what Valkey refused. Called
 * on any thread; must not block.
 */
@FunctionalInterface
public interface TransportProblems {

    /** Takes no notice. */
    TransportProblems IGNORED = where -> {};

    /** A message or a journal entry was skipped: malformed, too large, with a reserved name, or of another journal. */
    void skipped(Where where);

    /** Valkey has refused a call for reasons of its own. */
    default void refused(ValkeyRefusal refusal) {}

    /** Where it was found. */
    enum Where {
        /** A Pub/Sub message. */
        CHANNEL,
        /** An entry of a journal. */
        JOURNAL,
        /** A Pub/Sub message of another installation, whose journal is not the one that is read here. */
        FOREIGN
    }
}
