package dev.jobstream.adapters.redis;

import dev.jobstream.domain.JournalLimits;

/**
 * Which part of a server belongs to this installation, and what is retained there.
 *
 * @param keys the names of its jobs
 * @param database the number of its database; what is published tells it, for channels know no databases
 * @param limits of every job's journal
 * @param pubSub how new events come; never {@link PubSub#AUTO}
 */
record Installation(JobKey keys, int database, JournalLimits limits, PubSub pubSub) {}
