package dev.jobstream.adapters.redis;

import java.util.regex.Pattern;

/** Why Valkey refuses what it was asked, for reasons of its own: it answers, and the same call may succeed later. */
public enum ValkeyRefusal {
    /** It is a replica: the connection leads to what is not the primary, or not any more. */
    READONLY("it was put to a replica, which takes no writes", "READONLY "),
    /** Fewer replicas than {@code min-replicas-to-write} are in step. */
    NOREPLICAS("too few of its replicas are in step", "NOREPLICAS "),
    /** {@code maxmemory} is used up. */
    OOM("its memory is full", "OOM "),
    /** It could not write to its disk. */
    MISCONF("it cannot write to its disk", "MISCONF "),
    /** The part of a cluster that keeps the key, or the whole cluster, is down. */
    CLUSTERDOWN(
            "a part of its cluster is down",
            "CLUSTERDOWN |ERR Script attempted to execute a (?:write )?command while the cluster is down"),
    /** The part of a cluster that keeps the key is on its way to another node. */
    MOVING(
            "the part of its cluster that keeps this is being moved",
            "TRYAGAIN |ERR Script attempted to access a non local key"),
    /** The user lacks a permission. */
    NOPERM(
            "this server lacks a permission there",
            "NOPERM |ERR ACL failure in script|(?:ERR )?The user executing the script can't run"),
    /** The user or the password is wrong. */
    NOAUTH("this server's user or password is wrong there", "NOAUTH |WRONGPASS "),
    /** It has been started and reads its data, waits for its primary, or is busy with somebody's script. */
    BUSY("it is busy", "LOADING |MASTERDOWN |BUSY "),
    /** Anything else. */
    OTHER("it has a reason of its own", "");

    private final String words;
    private final Pattern beginning;

    ValkeyRefusal(String words, String beginning) {
        this.words = words;
        this.beginning = Pattern.compile(beginning);
    }

    /** Which one an error reply is. */
    static ValkeyRefusal of(String reply) {
        for (ValkeyRefusal refusal : values()) {
            if (refusal.beginning.matcher(reply).lookingAt()) {
                return refusal;
            }
        }
        return OTHER;
    }

    /** The reason in plain words, for somebody who knows the event journal and not Valkey. */
    String words() {
        return words;
    }

    /** Whether the primary may be somewhere else by now. */
    boolean callsForThePrimary() {
        return this == READONLY || this == NOREPLICAS;
    }
}
