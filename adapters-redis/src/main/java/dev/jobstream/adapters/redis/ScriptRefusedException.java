package dev.jobstream.adapters.redis;

import org.jspecify.annotations.Nullable;

/** A script's own error reply, which begins with the script's word for its kind. */
final class ScriptRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What a script refuses. */
    enum Kind {
        /** An argument, or the key. */
        INVALID("INVALID "),
        /** What comes after the end of a job. */
        JOB_ENDED("JOBENDED "),
        /** An idempotency key that was used for something else. */
        CONFLICT("CONFLICT ");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The kind of an error reply; {@code null} if it is not the script's own. */
        static @Nullable Kind of(String reply) {
            for (Kind kind : values()) {
                if (reply.startsWith(kind.word)) {
                    return kind;
                }
            }
            return null;
        }
    }

    private final Kind kind;

    ScriptRefusedException(Kind kind, String reply) {
        super(reply);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** The reason without the word. */
    String reason() {
        return String.valueOf(getMessage()).substring(kind.word.length());
    }
}
