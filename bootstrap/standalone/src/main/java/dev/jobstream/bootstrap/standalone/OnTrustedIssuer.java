package dev.jobstream.bootstrap.standalone;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** It is configured whose tokens to trust. */
final class OnTrustedIssuer extends SpringBootCondition {

    private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";
    private static final List<String> TRUST = List.of("issuer-uri", "jwk-set-uri", "public-key-location");

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        String setting = setting(context.getEnvironment());
        ConditionMessage.Builder message = ConditionMessage.forCondition("Jobstream trusted issuer");
        return setting == null
                ? ConditionOutcome.noMatch(message.because("none is configured"))
                : ConditionOutcome.match(message.because(setting + " is set"));
    }

    /** The setting that says whose tokens to trust; {@code null} if there is none. */
    static @Nullable String setting(Environment environment) {
        for (String property : TRUST) {
            if (environment.containsProperty(JWT + property)) {
                return JWT + property;
            }
        }
        return null;
    }
}
