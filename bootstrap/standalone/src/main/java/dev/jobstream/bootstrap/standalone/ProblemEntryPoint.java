package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.refusals.ProblemResponses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/** Answers callers that are not known: the challenge of RFC 6750, and the same kind of problem document as every refusal. */
final class ProblemEntryPoint implements AuthenticationEntryPoint {

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
            throws IOException {
        if (failure instanceof AuthenticationServiceException) {
            ProblemResponses.unavailable("whether the token is valid cannot be told at the moment", request, response);
        } else if (failure instanceof OAuth2AuthenticationException refused) {
            String challenge = "Bearer error=\"" + refused.getError().getErrorCode() + "\"";
            ProblemResponses.unauthorized(challenge, "the token is not valid", request, response);
        } else {
            ProblemResponses.unauthorized("Bearer", "a token is required", request, response);
        }
    }
}
