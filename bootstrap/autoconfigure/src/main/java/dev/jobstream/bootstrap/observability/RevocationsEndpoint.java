package dev.jobstream.bootstrap.observability;

import dev.jobstream.application.Revocation;
import dev.jobstream.application.Revocations;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** Lets an operator take permissions back: a POST whose members are those of a {@link Revocation}. */
@Endpoint(id = "revocations")
final class RevocationsEndpoint {

    private final Revocations revocations;

    RevocationsEndpoint(Revocations revocations) {
        this.revocations = revocations;
    }

    @WriteOperation
    public WebEndpointResponse<Map<String, String>> revoke(
            @Nullable String issuer,
            @Nullable String subject,
            @Nullable String tokenId,
            @Nullable String session,
            @Nullable String job) {
        Revocation revocation;
        try {
            revocation = new Revocation(issuer, subject, tokenId, session, job == null ? null : new JobId(job));
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage());
            throw new InvalidEndpointRequestException(reason, reason);
        }
        try {
            revocations.revoke(revocation);
        } catch (TransportUnavailableException e) {
            return new WebEndpointResponse<>(
                    Map.of("detail", "the transport cannot be reached: try again"),
                    WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
        }
        return new WebEndpointResponse<>(WebEndpointResponse.STATUS_NO_CONTENT);
    }
}
