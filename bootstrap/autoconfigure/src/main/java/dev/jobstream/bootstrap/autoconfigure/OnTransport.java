package dev.jobstream.bootstrap.autoconfigure;

import dev.jobstream.bootstrap.autoconfigure.TransportProperties.Transport;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/** See {@link ConditionalOnTransport}. */
final class OnTransport extends SpringBootCondition {

    /** By name: in an application with memory alone there is no such class. */
    private static final String ADAPTER = "dev.jobstream.adapters.redis.ValkeyTransport";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Transport wanted =
                metadata.getAnnotations().get(ConditionalOnTransport.class).getEnum("value", Transport.class);
        Transport chosen = chosen(context);
        ConditionMessage because = ConditionMessage.forCondition(ConditionalOnTransport.class, wanted)
                .because("the transport is " + chosen);
        return new ConditionOutcome(chosen == wanted, because);
    }

    private static Transport chosen(ConditionContext context) {
        Transport named = Binder.get(context.getEnvironment())
                .bind("jobstream.transport", Transport.class)
                .orElse(Transport.AUTO);
        if (named != Transport.AUTO) {
            return named;
        }
        return ClassUtils.isPresent(ADAPTER, context.getClassLoader()) ? Transport.VALKEY : Transport.MEMORY;
    }
}
