package dev.jobstream.bootstrap.standalone;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** A setting that is refused, and whose value is not for the log. */
final class SecretSettingException extends InvalidConfigurationPropertyValueException {

    private static final long serialVersionUID = 1;

    SecretSettingException(String name, String reason) {
        super(name, null, reason);
    }

    /** Ahead of Boot's own, which looks the value up and prints it. */
    static final class Analyzer extends AbstractFailureAnalyzer<SecretSettingException> implements Ordered {

        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, SecretSettingException cause) {
            return new FailureAnalysis(
                    "Configuration property '" + cause.getName() + "' cannot be set: " + cause.getReason(),
                    "Remove the property, whose value is not shown here.",
                    cause);
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }
}
