package dev.jobstream.domain;

/** An event that breaks the rules for its type or its data; the message says which and is fit for the publisher. */
public class InvalidEventException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidEventException(String message) {
        super(message);
    }
}
