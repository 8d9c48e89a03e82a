package dev.jobstream.domain;

/**
 * The name of a runner job.
 *
 * @param value 1 to 128 characters of {@code A-Z a-z 0-9 . _ -}, so that a UUID fits and a path segment, a Valkey key and
 *     a log line need no escaping
 */
public record JobId(String value) {

    /** The longest job id, in characters. */
    public static final int MAX_LENGTH = 128;

    /** @throws IllegalArgumentException if the value is empty, too long or has a character outside the set */
    public JobId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "jobId must have 1 to " + MAX_LENGTH + " characters, has " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isAllowed(value.charAt(i))) {
                throw new IllegalArgumentException(
                        "jobId may hold A-Z a-z 0-9 . _ - only, has U+%04X at %d".formatted((int) value.charAt(i), i));
            }
        }
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.';
    }

    @Override
    public String toString() {
        return value;
    }
}
