package dev.jobstream.adapters.web.publishing;

import java.util.concurrent.Semaphore;

/** What all bodies that are being read may take of the heap, together. Safe for use by many threads. */
public final class BodyMemory {

    /** It is given out in blocks of this size; the first one of each body is free. */
    static final int BLOCK_BYTES = 16 * 1024;

    /** The part of the heap that bodies may take. While one is put together and parsed it may take three times as much. */
    private static final int PART_OF_HEAP = 8;

    private final Semaphore blocks;

    /** @param bytes that all bodies may take */
    BodyMemory(long bytes) {
        this.blocks = new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / BLOCK_BYTES));
    }

    /** A part of this process's heap. */
    public static BodyMemory ofHeap() {
        return new BodyMemory(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    /** The share of a body. */
    Share share() {
        return new Share();
    }

    /** What one body holds. For use by one thread at a time. */
    final class Share {

        private int taken;

        /**
         * Takes or gives back.
         *
         * @param bytes that the body holds from now on
         * @return {@code false} if there are not so many; it then holds what it held before
         */
        boolean resize(long bytes) {
            int wanted = (int) Math.max(0, (bytes - 1) / BLOCK_BYTES);
            if (wanted > taken && !blocks.tryAcquire(wanted - taken)) {
                return false;
            }
            if (wanted < taken) {
                blocks.release(taken - wanted);
            }
            taken = wanted;
            return true;
        }
    }
}
