package dev.jobstream.bootstrap.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/** Where {@code jobstream.transport} names this transport, or leaves the choice to what is on the class path and that is it. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnTransport.class)
@interface ConditionalOnTransport {

    /** Not {@code AUTO}. */
    TransportProperties.Transport value();
}
