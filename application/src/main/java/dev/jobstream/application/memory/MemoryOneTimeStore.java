package dev.jobstream.application.memory;

import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps one-time texts in this process. */
public final class MemoryOneTimeStore implements OneTimeStore {

    /** The most that are kept at a time. */
    static final int MOST = 100_000;

    private record Kept(String text, Instant until) {}

    private final InstantSource clock;
    /** In the order in which they came; guards itself. */
    private final Map<String, Kept> texts = new LinkedHashMap<>();

    /** @param clock what time it is */
    public MemoryOneTimeStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void put(String name, String text, Duration life) {
        Instant now = clock.instant();
        synchronized (texts) {
            Iterator<Kept> oldest = texts.values().iterator();
            while (oldest.hasNext() && !now.isBefore(oldest.next().until)) {
                oldest.remove();
            }
            if (texts.size() >= MOST) {
                throw new TransportUnavailableException("too many one-time texts are kept", null);
            }
            texts.put(name, new Kept(text, now.plus(life)));
        }
    }

    @Override
    public Optional<String> take(String name) {
        Kept kept;
        synchronized (texts) {
            kept = texts.remove(name);
        }
        return kept != null && clock.instant().isBefore(kept.until) ? Optional.of(kept.text) : Optional.empty();
    }
}
