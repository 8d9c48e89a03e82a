package dev.jobstream.adapters.web.requests;

import dev.jobstream.adapters.web.formats.StreamFormat;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.JobEventTickets;
import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.domain.EventFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens the stream that a request asks for, the same for every way to watch. */
public final class StreamOpening {

    private final JobEventStreams streams;
    private final JobEventTickets tickets;
    private final SessionLogins logins;
    private final StreamObserver observer;

    public StreamOpening(
            JobEventStreams streams, JobEventTickets tickets, SessionLogins logins, StreamObserver observer) {
        this.streams = streams;
        this.tickets = tickets;
        this.logins = logins;
        this.observer = observer;
    }

    /**
     * Opens it. May block.
     *
     * @param format how it will be written
     * @throws Problem if the request cannot be read
     * @throws StreamRefusedException if there is no stream for it
     */
    public EventStream open(String jobId, StreamFormat format, HttpServletRequest request) {
        return open(jobId, format.mediaType().getSubtype(), format::shows, request);
    }

    /**
     * Opens it for a WebSocket. May block.
     *
     * @throws Problem if the request cannot be read
     * @throws StreamRefusedException if there is no stream for it
     */
    public EventStream openWebSocket(String jobId, HttpServletRequest request) {
        return open(jobId, "websocket", wanted -> wanted, request);
    }

    private EventStream open(
            String jobId,
            String format,
            Function<@Nullable EventFilter, @Nullable EventFilter> shows,
            HttpServletRequest request) {
        return observer.open(request, format, () -> {
            StreamRequest asked = StreamRequests.parse(jobId, request, tickets);
            StreamRequest wish = asked.withFilter(shows.apply(asked.filter()));
            boolean byTicket = StreamRequests.parameter(StreamRequests.TICKET, request) != null;
            return streams.open(byTicket ? wish : wish.in(logins.of(request)));
        });
    }
}
