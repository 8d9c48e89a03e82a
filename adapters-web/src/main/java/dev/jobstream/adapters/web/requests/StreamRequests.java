package dev.jobstream.adapters.web.requests;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.application.JobEventTickets;
import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamStart;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Reads what a client asks for, the same for every way to watch. What cannot be read is a {@link Problem}, 400. */
public final class StreamRequests {

    /** The parameter with a ticket. */
    public static final String TICKET = "ticket";

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    /** As many as any int has: {@link Integer#parseInt} also takes a sign, and the digits of all scripts. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    private StreamRequests() {}

    /**
     * Reads the whole request. A ticket in it is taken, so that what else may be wrong is looked at before.
     *
     * @throws StreamRefusedException if there is a ticket that is not good, or a token beside it
     */
    public static StreamRequest parse(String jobId, HttpServletRequest request, JobEventTickets tickets) {
        JobId job = job(jobId);
        StreamStart start = start(request);
        EventFilter filter = filter(request);
        String ticket = parameter(TICKET, request);
        if (ticket == null) {
            return new StreamRequest(job, start, request.getUserPrincipal()).withFilter(filter);
        }
        if (request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getParameterValues(TICKET).length > 1) {
            throw new StreamRefusedException(Refusal.UNAUTHENTICATED, "a token or a ticket is wanted, one of either");
        }
        return new StreamRequest(job, start, tickets.take(ticket, job)).withFilter(filter);
    }

    public static JobId job(String jobId) {
        try {
            return new JobId(jobId);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(
                    "jobId must have 1 to " + JobId.MAX_LENGTH + " characters out of A-Z a-z 0-9 . _ -");
        }
    }

    private static StreamStart start(HttpServletRequest request) {
        String from = parameter("from", request);
        StreamStart start = from == null ? null : from(from);
        Integer tail = number("tail", request, 0, StreamStart.MAX_TAIL);
        String header = request.getHeader(LAST_EVENT_ID);
        EventId last = header == null || header.isEmpty()
                ? eventId("lastEventId", parameter("lastEventId", request))
                : eventId(LAST_EVENT_ID, header);
        if (last != null) {
            return StreamStart.after(last); // A client that comes back repeats the rest of its query.
        }
        if (tail == null) {
            return start == null ? StreamStart.beginning() : start;
        }
        if (start != null) {
            throw Problem.badRequest("either from or tail says where to begin");
        }
        return StreamStart.tail(tail);
    }

    private static StreamStart from(String name) {
        return switch (name) {
            case "beginning" -> StreamStart.beginning();
            case "now" -> StreamStart.now();
            default -> throw Problem.badRequest("from must be 'beginning' or 'now'");
        };
    }

    /** The filter that all the {@code events} of the query make; {@code null} for none. */
    private static @Nullable EventFilter filter(HttpServletRequest request) {
        String first = parameter("events", request);
        if (first == null) {
            return null;
        }
        String patterns = String.join(",", request.getParameterValues("events"));
        if (patterns.isEmpty()) {
            return null;
        }
        try {
            return EventFilter.parse(patterns);
        } catch (InvalidEventException e) {
            throw Problem.badRequest("events must be at most " + EventFilter.MAX_PATTERNS
                    + " types of events with commas between them, such as step.output or step.*");
        }
    }

    /** A number from the query; {@code null} if it is not there, or empty. */
    public static @Nullable Integer number(String name, HttpServletRequest request, int least, int most) {
        String text = parameter(name, request);
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (DIGITS.matcher(text).matches()) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw Problem.badRequest(name + " must be a number from " + least + " to " + most);
    }

    /** {@code null} for {@code null} and for an empty text. The text is not shown: it may be anything. */
    public static @Nullable EventId eventId(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return EventId.parse(text);
        } catch (InvalidEventException e) {
            throw Problem.badRequest(name + " must be the id of an event, such as 1764064812345-0");
        }
    }

    /** A parameter of the query; {@code null} if it is not there. */
    public static @Nullable String parameter(String name, HttpServletRequest request) {
        try {
            return request.getParameter(name);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw Problem.badRequest("the query cannot be decoded");
        }
    }
}
