package dev.jobstream.bootstrap.standalone;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings that only the standalone server has, directly under {@code jobstream}.
 *
 * @param demo Whether a demo job named 'demo' runs again and again, on the memory transport.
 * @param developmentToken Whether the server signs a token for itself and logs it, where no issuer and no key is
 *     configured. It always does on the memory transport.
 * @param headTimeout Time within which the head of a request must have come, and a new connection's TLS handshake; it is
 *     closed otherwise.
 * @param cors Whose pages may use this server.
 */
@ConfigurationProperties("jobstream")
record StandaloneProperties(
        @DefaultValue("true") boolean demo,
        @DefaultValue("false") boolean developmentToken,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue Cors cors) {

    /**
     * The settings of pages of other origins.
     *
     * @param allowedOrigins Origins, such as https://ci.example.org or https://*.example.org, whose pages may use this server; none by default.
     */
    record Cors(@DefaultValue({}) List<String> allowedOrigins) {}
}
