package dev.jobstream.domain;

import java.util.Arrays;
import java.util.List;

/**
 * Which types of events a watcher wants. A terminal event passes every filter: it is the job's end.
 *
 * @param patterns at most {@value #MAX_PATTERNS}, each the name of a type, {@code step.output}, or all names below one,
 *     {@code step.*}; sorted, each once
 */
public record EventFilter(List<String> patterns) {

    /** The most patterns of a filter. */
    public static final int MAX_PATTERNS = 16;

    private static final String BELOW = ".*";

    /** @throws InvalidEventException if there are too many, or one is no pattern */
    public EventFilter {
        if (patterns.size() > MAX_PATTERNS) {
            throw new InvalidEventException("a filter has at most " + MAX_PATTERNS + " patterns");
        }
        patterns = patterns.stream().sorted().distinct().toList();
        for (String pattern : patterns) {
            EventType unused = new EventType(
                    pattern.endsWith(BELOW) ? pattern.substring(0, pattern.length() - BELOW.length()) : pattern);
        }
    }

    /**
     * Reads patterns with commas between them.
     *
     * @throws InvalidEventException if there are too many, or one is no pattern
     */
    public static EventFilter parse(String text) {
        return new EventFilter(Arrays.asList(text.split(",", -1)));
    }

    /** Whether events of this type are wanted. */
    public boolean passes(EventType type) {
        if (type.isTerminal()) {
            return true;
        }
        for (String pattern : patterns) {
            if (pattern.endsWith(BELOW)
                    ? type.name().regionMatches(0, pattern, 0, pattern.length() - 1) // The dot included.
                    : type.name().equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}
