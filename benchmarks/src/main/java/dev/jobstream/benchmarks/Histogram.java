package dev.jobstream.benchmarks;

/**
 * Counts values in buckets that grow with the value, as HdrHistogram does: 128 to each power of two, so that a percentile
 * is at most 0.8 % too low. Not safe for use by many threads.
 */
final class Histogram {

    private static final int BITS = 7;
    private static final int BUCKETS = 1 << BITS;

    private final long[] counts = new long[(Long.SIZE - BITS) << BITS];
    private long count;
    private long max;

    /** @param value 0 or more; what is below counts as 0 */
    void record(long value) {
        long counted = Math.max(0, value);
        counts[index(counted)]++;
        count++;
        max = Math.max(max, counted);
    }

    private static int index(long value) {
        if (value < BUCKETS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - BITS;
        return ((shift + 1) << BITS) + (int) (value >>> shift) - BUCKETS;
    }

    private static long lowest(int index) {
        int shift = (index >> BITS) - 1;
        int mantissa = index & (BUCKETS - 1);
        return shift < 0 ? mantissa : (long) (BUCKETS + mantissa) << shift;
    }

    /**
     * The value that this part of the values does not exceed.
     *
     * @param percent 0 to 100
     * @return 0 if there are no values
     */
    long percentile(double percent) {
        long wanted = Math.max(1, (long) Math.ceil(percent / 100 * count));
        if (wanted >= count) {
            return max;
        }
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            below += counts[i];
            if (below >= wanted) {
                return lowest(i);
            }
        }
        return max;
    }

    long count() {
        return count;
    }

    long max() {
        return max;
    }
}
