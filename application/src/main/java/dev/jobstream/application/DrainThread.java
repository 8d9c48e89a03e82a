package dev.jobstream.application;

/** Whose thread a drain runs on, and how many batches it may write before it gives the thread back. */
enum DrainThread {
    /** It brought the event, or found the connection writable, and has more to do: it must not be kept. */
    CALLER(2),
    /** A worker, which others wait for too. */
    WORKER(16),
    /** The one that may read the journal. */
    READER(16);

    private final int turn;

    DrainThread(int turn) {
        this.turn = turn;
    }

    int turn() {
        return turn;
    }
}
