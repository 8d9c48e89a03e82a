package dev.jobstream.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

/**
 * Gives a slice of an application, such as that of {@code @WebMvcTest}, Jobstream's beans and endpoints, on the transport of
 * a single process. The slice must have the rule of access, for instance by an import of the class that declares it.
 *
 * <p>With {@code MockMvc} a stream is written to the mock response as its events come: see {@link MockMvcStream}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@PropertyMapping("jobstream")
public @interface AutoConfigureJobstream {

    /** What {@code jobstream.transport} is in this test. */
    String transport() default "memory";
}
