package dev.jobstream.application;

import dev.jobstream.domain.JobId;
import org.jspecify.annotations.Nullable;

/**
 * What is taken back: the permission to watch and to publish of every caller that is all that is given here. It holds for what
 * was granted before it, so that who gets a new token may come again.
 *
 * @param issuer of the tokens; {@code null} for any
 * @param subject the caller's name; {@code null} for any
 * @param tokenId the {@code jti} of one token; {@code null} for any
 * @param session the session in which tokens were given; {@code null} for any
 * @param job the job for which it holds; {@code null} for all
 */
public record Revocation(
        @Nullable String issuer,
        @Nullable String subject,
        @Nullable String tokenId,
        @Nullable String session,
        @Nullable JobId job) {

    /** The longest text of each kind, in characters. */
    public static final int MAX_LENGTH = 1_024;

    /** @throws IllegalArgumentException if it names nothing but an issuer, or one of its texts is empty or too long */
    public Revocation {
        if (subject == null && tokenId == null && session == null && job == null) {
            throw new IllegalArgumentException("a revocation must name a subject, a token, a session or a job");
        }
        check("issuer", issuer);
        check("subject", subject);
        check("tokenId", tokenId);
        check("session", session);
    }

    private static void check(String name, @Nullable String text) {
        if (text != null && (text.isEmpty() || text.length() > MAX_LENGTH)) {
            throw new IllegalArgumentException(name + " must have 1 to " + MAX_LENGTH + " characters");
        }
    }

    /** Takes back what this subject was given, by whoever vouches for it. */
    public static Revocation ofSubject(String subject) {
        return new Revocation(null, subject, null, null, null);
    }

    /** Takes back one token. */
    public static Revocation ofToken(String tokenId) {
        return new Revocation(null, null, tokenId, null, null);
    }

    /** Takes back what was given in one session: who logs out ends it. */
    public static Revocation ofSession(String session) {
        return new Revocation(null, null, null, session, null);
    }

    /** Takes back what everybody was given for one job. */
    public static Revocation ofJob(JobId job) {
        return new Revocation(null, null, null, null, job);
    }

    /** Whether it is about this caller and this job. */
    boolean matches(Caller caller, JobId of) {
        return is(issuer, caller.issuer())
                && is(subject, caller.subject())
                && is(tokenId, caller.tokenId())
                && is(session, caller.session())
                && (job == null || job.equals(of));
    }

    private static boolean is(@Nullable String wanted, @Nullable String text) {
        return wanted == null || wanted.equals(text);
    }

    String write() {
        return new FormText()
                .with("issuer", issuer)
                .with("subject", subject)
                .with("token", tokenId)
                .with("session", session)
                .with("job", job)
                .toString();
    }

    /** @throws IllegalArgumentException if it is none */
    static Revocation read(String text) {
        FormText form = FormText.parse(text);
        String job = form.get("job");
        return new Revocation(
                form.get("issuer"),
                form.get("subject"),
                form.get("token"),
                form.get("session"),
                job == null ? null : new JobId(job));
    }
}
