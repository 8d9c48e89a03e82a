package dev.jobstream.application;

import dev.jobstream.domain.JobId;
import java.security.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has come with a ticket: may watch one job, as the caller that bought it.
 *
 * @param caller who bought it
 * @param job the job
 * @param expiresAt the moment at which the stream must end; {@code null} if it may go on
 */
record TicketHolder(Caller caller, JobId job, @Nullable Instant expiresAt) implements Principal {

    @Override
    public String getName() {
        return caller.subject();
    }

    String write() {
        return new FormText()
                .with("job", job)
                .with("issuer", caller.issuer())
                .with("subject", caller.subject())
                .with("token", caller.tokenId())
                .with("session", caller.session())
                .with("issued", millis(caller.issuedAt()))
                .with("expires", millis(expiresAt))
                .toString();
    }

    /** @throws IllegalArgumentException if it is none */
    static TicketHolder read(String text) {
        FormText form = FormText.parse(text);
        Caller caller = new Caller(
                required("issuer", form),
                required("subject", form),
                form.get("token"),
                form.get("session"),
                instant(form.get("issued")));
        return new TicketHolder(caller, new JobId(required("job", form)), instant(form.get("expires")));
    }

    private static String required(String name, FormText form) {
        String value = form.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a ticket without " + name);
        }
        return value;
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    private static @Nullable Instant instant(@Nullable String millis) {
        return millis == null ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }
}
