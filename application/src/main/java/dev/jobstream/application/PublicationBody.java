package dev.jobstream.application;

import dev.jobstream.domain.NewEvent;
import java.util.List;
import java.util.function.LongConsumer;

/** What a publisher sends, before anybody has read it: reading it costs something. */
public interface PublicationBody {

    /** The bytes that are to come; negative if nobody has said. */
    default long announced() {
        return -1;
    }

    /**
     * Reads it to its end.
     *
     * @param bytes is told how many bytes have come, each time that some have; also of a body that is then refused
     */
    List<NewEvent> read(LongConsumer bytes);
}
