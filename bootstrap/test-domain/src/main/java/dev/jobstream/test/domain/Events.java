package dev.jobstream.test.domain;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;
import java.util.List;
import java.util.stream.IntStream;

/** Events of a job whose ids are 1-0, 2-0, 3-0 and so on. */
public final class Events {

    private Events() {}

    public static EventId id(int n) {
        return n == 0 ? EventId.NONE : new EventId(n, 0);
    }

    public static JobEvent event(int n) {
        return event(n, n - 1);
    }

    public static JobEvent event(int n, int prev) {
        return JobEvent.journaled(id(n), id(prev), new EventType("step.output"), data(n));
    }

    public static JobEvent terminal(int n) {
        return JobEvent.journaled(id(n), id(n - 1), new EventType("job.completed"), data(n));
    }

    public static JobEvent liveOnly(int n) {
        return JobEvent.liveOnly(new EventType("job.progress"), data(n));
    }

    /** Ten bytes. */
    private static EventData data(int n) {
        return EventData.parse("{\"n\":%4d}".formatted(n));
    }

    public static List<JobEvent> events(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Events::event).toList();
    }
}
