package dev.jobstream.application.feed;

/** Somebody who watches a job. Its feed tells it when to read; what it reads, and who it reads for, is its own affair. */
public abstract class Watcher {

    /** Its index among its feed's {@link Watchers}, which guard it; negative when it is not among them. */
    int index = -1;

    /** There may be something to read. Reads it on this thread, but for what would keep it. Does not block. */
    public abstract void wake();

    /** There may be something to read. Has a worker read it. Does not block. */
    public abstract void wakeLater();
}
