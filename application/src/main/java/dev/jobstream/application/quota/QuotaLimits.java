package dev.jobstream.application.quota;

/**
 * What a subject and a job may take. In all of them 0 stands for no limit.
 *
 * @param streamsPerJob the most streams of a job, on all nodes that share leases
 * @param streamsPerSubject the most streams of a subject, on all nodes that share leases
 * @param opensPerSecond the streams that a subject may open in a second on this node, in the long run
 * @param publishesPerSecond the requests by which a subject may publish in a second on this node, in the long run
 * @param publishBytesPerSecond the bytes that these may have in a second, in the long run
 */
public record QuotaLimits(
        int streamsPerJob,
        int streamsPerSubject,
        int opensPerSecond,
        int publishesPerSecond,
        long publishBytesPerSecond) {

    /** Nothing is limited. */
    public static final QuotaLimits NONE = new QuotaLimits(0, 0, 0, 0, 0);

    /** The seconds for which a subject may save opens: many streams come back at once when a node has stopped. */
    public static final int OPENS_SAVED_SECONDS = 10;

    /** The seconds for which a subject may save requests and bytes. */
    public static final int PUBLISHES_SAVED_SECONDS = 1;

    /** @throws IllegalArgumentException if a value is negative */
    public QuotaLimits {
        notNegative("streamsPerJob", streamsPerJob);
        notNegative("streamsPerSubject", streamsPerSubject);
        notNegative("opensPerSecond", opensPerSecond);
        notNegative("publishesPerSecond", publishesPerSecond);
        notNegative("publishBytesPerSecond", publishBytesPerSecond);
    }

    private static void notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, is " + value);
        }
    }

    /** Whether anything is limited of which there is a number at any time. */
    public boolean countStreams() {
        return streamsPerJob > 0 || streamsPerSubject > 0;
    }
}
