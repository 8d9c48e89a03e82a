package dev.jobstream.adapters.redis;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of one Valkey process: it answers, it is away, or it is silent, which is worse. One thread tells it what
 * came of asking; any may read. Each change is a line in the log.
 */
final class NodeState {

    private static final Logger log = LoggerFactory.getLogger(ValkeyProbe.class);

    /** A refusal comes at once. */
    private static final Duration SILENCE = Duration.ofMillis(200);

    private static final int SILENCES_UNTIL_GIVEN_UP = 2;

    private final String name;
    private volatile boolean answering;
    private volatile boolean silent;
    private int silences;
    private boolean told;

    /** @param name how the log calls it */
    NodeState(String name) {
        this.name = name;
    }

    boolean isAnswering() {
        return answering;
    }

    boolean isSilent() {
        return silent;
    }

    void answered() {
        if (told) {
            log.info("{} answers again", name);
        }
        told = false;
        silences = 0;
        silent = false;
        answering = true;
    }

    /**
     * It did not answer.
     *
     * @param after how long it took to find out
     * @return whether it has been silent for so long that the connection may be what is dead
     */
    boolean failed(Throwable cause, Duration after) {
        boolean isSilent = after.compareTo(SILENCE) > 0 && !ValkeyErrors.isAnswer(cause);
        silences = isSilent ? silences + 1 : 0;
        silent = isSilent;
        answering = false;
        boolean givenUp = silences >= SILENCES_UNTIL_GIVEN_UP;
        if (!told && (givenUp || !isSilent)) {
            told = true;
            if (givenUp) {
                log.warn("{} does not answer, connecting again", name);
            } else {
                log.warn("{} cannot be reached: {}", name, ValkeyErrors.inPlainWords(cause));
            }
        }
        return givenUp;
    }

    /** Nobody asks it any more. */
    void forgotten() {
        if (told) {
            log.info("{} keeps nothing any more", name);
        }
    }

    void reset() {
        answering = false;
        silent = false;
        silences = 0;
        told = false;
    }
}
