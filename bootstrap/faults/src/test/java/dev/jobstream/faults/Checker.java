package dev.jobstream.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds what clients have seen against what is true: in order, no duplicate, nothing that is not there, no hole but an
 * announced one, and nothing missing at the end. Knows nothing of how it came about.
 */
final class Checker {

    private static final Pattern GAP = Pattern.compile("\"after\":\"(\\d+-\\d+)\",\"resumesAt\":\"(\\d+-\\d+)\"");
    private static final int TOLD = 5;

    private final NavigableMap<Id, Integer> truth;
    private final List<String> complaints = new ArrayList<>();
    private int faults;
    private long events;
    private int gaps;
    private int holes;
    private int gapsWithoutHole;

    /** @param truth every event that exists or has existed, with its number */
    Checker(NavigableMap<Id, Integer> truth) {
        this.truth = truth;
    }

    /**
     * @param after the event after which the client began, {@link Id#NONE} for the beginning
     * @param end the event that it must have in the end; {@code null} if there is none
     */
    Checker check(Record seen, Id after, Id end) {
        Map<Integer, List<Record.Mark>> gapsAt = new HashMap<>();
        for (Record.Mark gap : seen.marks(Record.Kind.GAP)) {
            gapsAt.computeIfAbsent(gap.position(), at -> new ArrayList<>()).add(gap);
            gaps++;
        }
        for (Record.Mark broken : seen.marks(Record.Kind.BROKEN)) {
            complain("broken bytes: " + broken.detail());
        }
        Id last = after;
        for (int i = 0; i < seen.size(); i++) {
            Id id = seen.id(i);
            events++;
            Integer number = truth.get(id);
            if (number == null) {
                complain(id + " was never published");
            } else if (number != seen.number(i)) {
                complain(id + " carries number " + seen.number(i) + " instead of " + number);
            }
            if (id.compareTo(last) <= 0) {
                complain(id + " comes after " + last);
                last = id;
                continue;
            }
            Id next = truth.higherKey(last);
            List<Record.Mark> announced = gapsAt.getOrDefault(i, List.of());
            boolean hole = next != null && next.compareTo(id) < 0;
            if (hole) {
                holes++;
                if (announced.isEmpty()) {
                    complain("between " + last + " and " + id + " is " + next + ", and no gap was announced");
                }
            }
            for (Record.Mark gap : announced) {
                checkGap(gap.detail(), last, id);
                if (!hole) {
                    gapsWithoutHole++;
                }
            }
            last = id;
        }
        if (end != null && last.compareTo(end) < 0) {
            complain("it ends with " + last + " instead of " + end);
        }
        return this;
    }

    private void checkGap(String detail, Id last, Id next) {
        Matcher gap = GAP.matcher(detail);
        if (!gap.find()) {
            complain("not a gap: " + detail);
        } else if (!Id.of(gap.group(1)).equals(last) || !Id.of(gap.group(2)).equals(next)) {
            complain("a gap " + detail + " between " + last + " and " + next);
        }
    }

    private void complain(String what) {
        faults++;
        if (complaints.size() < TOLD) {
            complaints.add(what);
        }
    }

    /** Adds what another has counted. */
    void add(Checker other) {
        faults += other.faults;
        events += other.events;
        gaps += other.gaps;
        holes += other.holes;
        gapsWithoutHole += other.gapsWithoutHole;
    }

    /** What was wrong, as many as one can read; empty if nothing was. */
    List<String> complaints() {
        return complaints;
    }

    int faults() {
        return faults;
    }

    long events() {
        return events;
    }

    int gaps() {
        return gaps;
    }

    int holes() {
        return holes;
    }

    /** Gaps that were announced although nothing that is known to have existed is missing. */
    int gapsWithoutHole() {
        return gapsWithoutHole;
    }
}
