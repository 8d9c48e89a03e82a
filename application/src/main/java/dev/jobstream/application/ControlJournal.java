package dev.jobstream.application;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.EventSource;

/**
 * Where the nodes of an installation tell each other what concerns them all: a journal like a job's, apart from those of jobs.
 *
 * @param source reads it
 * @param publisher writes it
 */
public record ControlJournal(EventSource source, EventPublisher publisher) {}
