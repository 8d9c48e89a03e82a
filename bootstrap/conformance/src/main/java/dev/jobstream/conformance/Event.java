package dev.jobstream.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An event to publish.
 *
 * @param type such as {@code step.output}
 * @param data a JSON object, as it is sent
 */
record Event(String type, String data) {

    static final Event COMPLETED = new Event("job.completed", "{\"status\":\"completed\"}");

    String envelope() {
        return "{\"event\":\"" + type + "\",\"data\":" + data + "}";
    }

    static Event output(String chunk) {
        return new Event("step.output", "{\"stepId\":\"1\",\"chunk\":" + Json.quote(chunk) + "}");
    }

    /** So many lines of output, no two of which are the same. */
    static List<Event> outputs(int from, int to) {
        List<Event> events = new ArrayList<>(to - from);
        for (int n = from; n < to; n++) {
            events.add(output("line " + n + "\n"));
        }
        return events;
    }

    static List<Event> job(Event... events) {
        List<Event> job = new ArrayList<>(Arrays.asList(events));
        job.add(COMPLETED);
        return job;
    }
}
