package dev.jobstream.benchmarks.jmh;

import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventType;
import dev.jobstream.domain.JobEvent;

/** Events as a runner makes them. */
public final class Events {

    private static final EventType TYPE = new EventType("step.output");
    private static final long FIRST = 1_764_064_812_345L;

    private Events() {}

    /** A JSON object of about so many bytes. */
    public static String data(int size) {
        String begin = "{\"stepId\":\"7b1c9a52-3e0f\",\"chunk\":\"Test suite passed: 42/42";
        return begin + "x".repeat(Math.max(0, size - begin.length() - 2)) + "\"}";
    }

    /** The event of this number in its job, from 1 on. */
    public static JobEvent event(long number, EventData data) {
        return JobEvent.journaled(id(number), id(number - 1), TYPE, data);
    }

    private static EventId id(long number) {
        return number == 0 ? EventId.NONE : new EventId(FIRST + number, 0);
    }
}
