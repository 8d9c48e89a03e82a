package dev.jobstream.application.publishing;

/** The transactions of the host, as far as publishing must know them. Safe for use by many threads. */
@FunctionalInterface
public interface Transactions {

    /** There is never a transaction. */
    Transactions NONE = action -> false;

    /**
     * Has something done when the transaction of the calling thread has committed, and never if it rolls back, be it in part
     * and this belongs to that part. Actions are done in the order in which they were given, on the thread that commits.
     *
     * @param action what it throws reaches whoever commits
     * @return whether there is such a transaction; if not, the action will not be done
     */
    boolean afterCommit(Runnable action);
}
