package dev.jobstream.adapters.redis;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and, once in a while, logs what was skipped: a publisher that sends garbage sends a lot of it, and must not fill
 * the log with it. Each kind has a turn of its own, so that much of one does not keep another out of the log.
 */
final class SkippedMessages {

    private static final Logger log = LoggerFactory.getLogger(SkippedMessages.class);

    private final TransportProblems problems;
    private final LogTurn inChannels = new LogTurn();
    private final LogTurn inJournals = new LogTurn();
    private final LogTurn ofOthers = new LogTurn();
    private final LogTurn inListeners = new LogTurn();

    SkippedMessages(TransportProblems problems) {
        this.problems = problems;
    }

    void skipped(TransportProblems.Where where, String name, String why) {
        problems.skipped(where);
        boolean channel = where == TransportProblems.Where.CHANNEL;
        int number = (channel ? inChannels : inJournals).take();
        if (number > 0) {
            log.warn(
                    "{} skipped since the last such line, for example in the {} {}: {}",
                    number,
                    channel ? "channel" : "journal",
                    LogText.of(name),
                    LogText.of(why));
        }
    }

    /** What was heard is in another journal than ours. */
    void foreign(String channel) {
        problems.skipped(TransportProblems.Where.FOREIGN);
        int number = ofOthers.take();
        if (number > 0) {
            log.warn(
                    "{} events of another installation since the last such line, for example in the channel {}: they are in"
                            + " no journal here. Pub/Sub knows no databases; give each installation a jobstream.namespace",
                    number,
                    LogText.of(channel));
        }
    }

    /** A listener is ours; that it throws is a defect, but not one that the other listeners should pay for. */
    void listenerFailed(Throwable failure) {
        int number = inListeners.take();
        if (number > 0) {
            log.error("{} failures of listeners since the last such line, this is the last", number, failure);
        }
    }
}
