package dev.jobstream.bootstrap.standalone;

import dev.jobstream.bootstrap.autoconfigure.StreamProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;

/**
 * Refuses the start where a setting would be taken and ignored, or would open a door that is closed on purpose: better one
 * sentence now than a surprise later. Boot tells the operator without a stack trace.
 */
final class StandaloneSettings {

    private static final String IDLE_TIMEOUT = "server.jetty.connection-idle-timeout";
    private static final String READS_BODIES = "the standalone server reads no body before it knows who sends it";

    private static final String PHASE_TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";
    /** What the name of a setting ends with whose value is a secret. */
    private static final Pattern SECRET = Pattern.compile(".*(secret|password)");

    private StandaloneSettings() {}

    /** @throws InvalidConfigurationPropertyValueException if a setting cannot be had */
    static void check(Environment environment, StreamProperties properties, StandaloneProperties own) {
        Binder binder = Binder.get(environment);
        refuseTrue(binder, "spring.mvc.formcontent.filter.enabled", READS_BODIES);
        refuseTrue(binder, "spring.mvc.hiddenmethod.filter.enabled", READS_BODIES);
        refuseAny(binder, "spring.servlet.multipart", READS_BODIES);
        refuseAny(binder, "spring.mvc.view", "the standalone server has no views");
        refuseAny(binder, "spring.mvc.apiversion", "requests of the standalone server have no version");
        refuseAny(binder, "server.servlet.jsp", "the standalone server has no JSPs");
        refuseAny(binder, "server.servlet.session", "the standalone server has no sessions");
        refuseAny(binder, "server.reactive", "the standalone server runs on servlets");
        refuseAny(
                binder,
                "spring.security.oauth2.resourceserver.opaquetoken",
                "tokens must be JSON Web Tokens; see …jwt.*");
        refuseAny(binder, "server.tomcat", "the standalone server runs on Jetty; see server.jetty.*");
        refuseAny(binder, "server.undertow", "the standalone server runs on Jetty; see server.jetty.*");
        if (binder.bind("server.compression.enabled", Boolean.class).orElse(false)) {
            for (String types : List.of("server.compression.mime-types", "server.compression.additional-mime-types")) {
                refuseEventStreams(binder, types);
            }
        }
        Duration phase = binder.bind(PHASE_TIMEOUT, Duration.class).orElse(null);
        if (phase != null && phase.compareTo(properties.drain()) < 0) {
            throw refused(
                    PHASE_TIMEOUT,
                    phase,
                    "it must be at least jobstream.drain, " + properties.drain()
                            + ", for which a stopping node may wait for its streams whatever this says");
        }
        String issuer = OnTrustedIssuer.setting(environment);
        if (own.developmentToken() && issuer != null) {
            throw refused("jobstream.development-token", true, "there is no such token beside " + issuer);
        }
        Duration idle = explicitIdleTimeout(environment);
        if (own.headTimeout().isNegative() || own.headTimeout().isZero()) {
            throw refused("jobstream.head-timeout", own.headTimeout(), "it must be more than 0");
        }
        if (idle != null && idle.compareTo(leastIdleTimeout(properties)) < 0) {
            throw refused(
                    IDLE_TIMEOUT,
                    idle,
                    "it must be at least " + leastIdleTimeout(properties) + ": twice jobstream.heartbeat, "
                            + properties.heartbeat() + ", and no less than jobstream.stall-limit, "
                            + properties.stallLimit());
        }
    }

    /** A connection of HTTP/2 is idle between two heartbeats. One that stalls is ended by its stream, whichever is sooner. */
    static Duration leastIdleTimeout(StreamProperties properties) {
        Duration twoBeats = properties.heartbeat().multipliedBy(2);
        return twoBeats.compareTo(properties.stallLimit()) > 0 ? twoBeats : properties.stallLimit();
    }

    /** What the operator wants; {@code null} if nothing is said. */
    static @Nullable Duration explicitIdleTimeout(Environment environment) {
        return Binder.get(environment).bind(IDLE_TIMEOUT, Duration.class).orElse(null);
    }

    private static void refuseTrue(Binder binder, String name, String why) {
        if (binder.bind(name, Boolean.class).orElse(false)) {
            throw refused(name, true, why);
        }
    }

    private static void refuseEventStreams(Binder binder, String name) {
        List<String> types = binder.bind(name, Bindable.listOf(String.class)).orElse(List.of());
        if (types.stream().anyMatch(MediaType.TEXT_EVENT_STREAM_VALUE::equalsIgnoreCase)) {
            throw refused(name, types, "a compressor holds back the events of a stream");
        }
    }

    private static void refuseAny(Binder binder, String prefix, String why) {
        Map<String, String> set =
                binder.bind(prefix, Bindable.mapOf(String.class, String.class)).orElse(Map.of());
        set.forEach((name, value) -> {
            if (!value.equalsIgnoreCase("false")) { // It is off already.
                throw refused(prefix + "." + name, value, why);
            }
        });
    }

    private static InvalidConfigurationPropertyValueException refused(String name, Object value, String why) {
        return SECRET.matcher(name).matches()
                ? new SecretSettingException(name, why)
                : new InvalidConfigurationPropertyValueException(name, value, why);
    }
}
