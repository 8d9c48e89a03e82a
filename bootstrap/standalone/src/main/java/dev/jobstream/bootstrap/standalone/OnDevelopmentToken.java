package dev.jobstream.bootstrap.standalone;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** No issuer and no key is configured, and the transport is this process's memory or the operator asked for it. */
final class OnDevelopmentToken extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        ConditionMessage.Builder message = ConditionMessage.forCondition("Jobstream development token");
        String trusted = OnTrustedIssuer.setting(environment);
        if (trusted != null) {
            return ConditionOutcome.noMatch(message.because(trusted + " is set"));
        }
        boolean memory = "memory".equalsIgnoreCase(environment.getProperty("jobstream.transport"));
        boolean asked = environment.getProperty("jobstream.development-token", Boolean.class, false);
        return new ConditionOutcome(memory || asked, message.because("transport is memory: " + memory));
    }
}
