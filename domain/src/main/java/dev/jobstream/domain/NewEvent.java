package dev.jobstream.domain;

import java.util.Objects;

/**
 * An event that is yet to be published: the journal gives it its id and its predecessor.
 *
 * @param type what happened; never a reserved name
 * @param data the publisher's JSON object
 */
public record NewEvent(EventType type, EventData data) {

    /** @throws InvalidEventException if the type is reserved */
    public NewEvent {
        JobEvent.refuseReserved(type);
        Objects.requireNonNull(data);
    }

    /** @throws InvalidEventException if the name or the JSON breaks the rules */
    public static NewEvent of(String type, String json) {
        return new NewEvent(EventType.of(type), EventData.parse(json));
    }
}
