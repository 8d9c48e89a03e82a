package dev.jobstream.domain;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The name of what happened, such as {@code step.output}.
 *
 * @param name 1 to 64 characters: lower-case words ({@code a-z 0-9 _}) with dots between them
 */
public record EventType(String name) {

    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 64;

    private static final String RESERVED_PREFIX = "stream.";
    /** So many names are known; there are few in use, but anybody may make up more. */
    private static final int MOST_KNOWN = 256;

    private static final Map<String, EventType> KNOWN = new ConcurrentHashMap<>();

    private static final Set<String> TERMINAL = Set.of("job.completed", "job.failed", "job.cancelled");

    /** @throws InvalidEventException if the name is not made of dotted lower-case words */
    public EventType {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new InvalidEventException("event must have 1 to " + MAX_LENGTH + " characters, has " + name.length());
        }
        boolean inWord = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            if (!word && !(c == '.' && inWord)) {
                throw notDottedWords();
            }
            inWord = word;
        }
        if (!inWord) {
            throw notDottedWords();
        }
    }

    private static InvalidEventException notDottedWords() {
        return new InvalidEventException("event must be lower-case words (a-z 0-9 _) with dots between them");
    }

    /**
     * The type of this name: for most events one that is shared, since an event may be kept for long.
     *
     * @throws InvalidEventException if the name is not made of dotted lower-case words
     */
    public static EventType of(String name) {
        EventType known = KNOWN.get(name);
        if (known != null) {
            return known;
        }
        EventType type = new EventType(name);
        if (KNOWN.size() < MOST_KNOWN) {
            KNOWN.put(name, type);
        }
        return type;
    }

    /** Whether an event of this type is the last of its job. */
    public boolean isTerminal() {
        return TERMINAL.contains(name);
    }

    /** Whether this name is kept for the stream's own control events, so that no publisher may use it. */
    public boolean isReserved() {
        return name.startsWith(RESERVED_PREFIX);
    }

    @Override
    public String toString() {
        return name;
    }
}
