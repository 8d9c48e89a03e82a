package dev.jobstream.application.feed;

/**
 * Parts of a whole, evenly spread, whichever come first: a low-discrepancy sequence by the golden ratio. Whatever is due
 * again and again for many, such as heartbeats and sweeps, is put off by such a part. Without it, what has begun at one
 * moment falls due at one moment, for ever.
 */
public final class EvenSpread {

    private static final double GOLDEN_RATIO = 0.6180339887498949;

    /** Of the range of an {@code int}. */
    private static final int GOLDEN_RATIO_OF_INT = 0x9E3779B9;

    private EvenSpread() {}

    /**
     * The part of the n-th.
     *
     * @return 0, inclusive, to 1, exclusive
     */
    public static double ofNth(long n) {
        return n * GOLDEN_RATIO % 1.0;
    }

    /**
     * The part of something with a hash, always the same.
     *
     * @return 0, inclusive, to 1, exclusive
     */
    public static double of(int hash) {
        return ((hash * GOLDEN_RATIO_OF_INT) >>> Byte.SIZE) / (double) (1 << (Integer.SIZE - Byte.SIZE));
    }
}
