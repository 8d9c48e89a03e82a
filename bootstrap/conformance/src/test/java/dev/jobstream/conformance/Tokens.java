package dev.jobstream.conformance;

import dev.jobstream.tools.TokenMint;
import java.time.Instant;
import java.util.Map;

/** What the suite is given in these tests. */
final class Tokens {

    /** How many events the servers keep of a job. */
    static final int RETAINED = 700;

    private Tokens() {}

    private static String token(String scope, String jobs) {
        return Apps.MINT.sign("{\"sub\":\"tester\",\"aud\":\"" + TokenMint.AUDIENCE + "\",\"scope\":\"" + scope
                + "\",\"jobs\":[\"" + jobs + "\"],\"exp\":"
                + Instant.now().plusSeconds(3_600).getEpochSecond() + "}");
    }

    /** One to watch, one to publish, and one for other jobs. */
    static Map<String, String> environment() {
        return Map.of(
                "JOBSTREAM_TOKEN", token("job-events:read", "conformance-*"),
                "JOBSTREAM_PUBLISH_TOKEN", token("job-events:write", "conformance-*"),
                "JOBSTREAM_DENIED_TOKEN", token("job-events:read job-events:write", "other-*"));
    }
}
