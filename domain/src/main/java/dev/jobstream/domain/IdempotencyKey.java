package dev.jobstream.domain;

import java.util.regex.Pattern;

/**
 * A publisher's name for one publication: published again under the same name, it is appended once.
 *
 * @param value 1 to 128 visible ASCII characters
 */
public record IdempotencyKey(String value) {

    /** The keys of a job that are remembered, the newest. */
    public static final int MOST_REMEMBERED = 1_000;

    private static final Pattern FORM = Pattern.compile("[!-~]{1,128}");

    /** @throws IllegalArgumentException if it has another form */
    public IdempotencyKey {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("an idempotency key must be 1 to 128 visible ASCII characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
