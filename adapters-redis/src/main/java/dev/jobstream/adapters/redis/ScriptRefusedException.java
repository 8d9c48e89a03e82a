package dev.jobstream.adapters.redis;

/** A script's own error reply; its message begins with the script's word for the reason. */
final class ScriptRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ScriptRefusedException(String reply) {
        super(reply);
    }

    boolean isJobEnded() {
        return String.valueOf(getMessage()).startsWith("JOBENDED ");
    }

    /** The reason without the word. */
    String reason() {
        String reply = String.valueOf(getMessage());
        return reply.substring(reply.indexOf(' ') + 1);
    }
}
