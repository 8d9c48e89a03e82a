package dev.jobstream.adapters.web.publishing;

import dev.jobstream.domain.NewEvent;
import java.util.function.Consumer;

/** Cuts a body that comes in pieces into events. For one body, and one thread at a time. */
interface EventCutter {

    /**
     * Takes the next piece.
     *
     * @param events gets what is whole
     * @throws RuntimeException if something is no event; what came before it has been given
     */
    void add(byte[] piece, int length, Consumer<NewEvent> events);

    /** Gives what has waited for long enough, and could go as it is. */
    void hurry(Consumer<NewEvent> events);

    /**
     * There is no more to come.
     *
     * @throws RuntimeException as {@link #add} does
     */
    void end(Consumer<NewEvent> events);

    /** The bytes that wait for more. */
    int held();

    /** Whether {@link #hurry} would give some of what is held. */
    boolean canHurry();
}
