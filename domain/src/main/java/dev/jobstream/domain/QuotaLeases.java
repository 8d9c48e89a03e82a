package dev.jobstream.domain;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the nodes of an installation hold of things that are limited for all of them together. Each node's part is a lease: it
 * ends by itself when the node does not report for {@link #life}. A node has one lease, and reports on one thread at a time.
 */
public interface QuotaLeases {

    /** The answer to a wish that is granted. */
    int GRANTED = -1;

    /**
     * A limit of what all nodes hold.
     *
     * @param key what is limited: at most 200 characters, with a colon among them
     * @param most how many may be held
     */
    record Limit(String key, int most) {}

    /**
     * Says what this node holds, renews its lease, and takes what is wished for, all in one step: no two nodes are given the
     * last place. The wishes are looked at in their order. One that is granted takes a place of each of its limits; this node
     * holds them from then on.
     *
     * @param whole whether this node holds nothing besides
     * @param held what this node holds of these keys now, without the wishes; 0 for nothing any more
     * @param wishes the limits that each must keep
     * @return for each wish {@link #GRANTED}, or the place in its list of the first limit that is reached; empty if the lease is
     *     not as this node left it, because it ended: then nothing was done, and all must be said
     * @throws TransportUnavailableException if the others cannot be asked at the moment; it is not known whether it was done
     */
    Optional<List<Integer>> report(boolean whole, Map<String, Integer> held, List<List<Limit>> wishes);

    /** Ends the lease, since this node holds nothing any more. */
    void end();

    /** How long a lease lives after a report. */
    Duration life();
}
