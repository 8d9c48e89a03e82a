package dev.jobstream.bootstrap.autoconfigure;

import java.util.function.Function;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** A setting whose range is known where it is used. */
final class Setting {

    private Setting() {}

    /**
     * Passes a setting to the code that knows its range, and tells the operator which setting is out of it.
     *
     * @param name without {@code jobstream.}
     * @param taker throws an {@link IllegalArgumentException} for a value that is out of its range
     * @throws InvalidConfigurationPropertyValueException if the value is not taken
     */
    static <V, T> T take(String name, V value, Function<V, T> taker) {
        try {
            return taker.apply(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationPropertyValueException(
                    "jobstream." + name, value, String.valueOf(e.getMessage()));
        }
    }
}
