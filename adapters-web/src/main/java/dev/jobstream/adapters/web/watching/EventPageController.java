package dev.jobstream.adapters.web.watching;

import dev.jobstream.adapters.web.formats.Envelopes;
import dev.jobstream.adapters.web.formats.JsonResponses;
import dev.jobstream.adapters.web.publishing.PublishController;
import dev.jobstream.adapters.web.refusals.AnswersProblems;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.adapters.web.requests.Accept;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import dev.jobstream.application.EventPage;
import dev.jobstream.application.JobEventPages;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Reading a job's retained events page by page, without streaming. */
@RestController
@AnswersProblems
public final class EventPageController {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final JobEventPages pages;

    public EventPageController(JobEventPages pages) {
        this.pages = pages;
    }

    @GetMapping(JobPaths.EVENTS)
    void read(@PathVariable(JobPaths.JOB_ID) String jobId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!Accept.of(request).takes(MediaType.APPLICATION_JSON)) {
            throw Problem.notAcceptable("these events come as application/json");
        }
        JobId job = StreamRequests.job(jobId);
        EventId after = StreamRequests.eventId("after", StreamRequests.parameter("after", request));
        Integer wanted = StreamRequests.number("limit", request, 1, MAX_LIMIT);
        int limit = wanted == null ? DEFAULT_LIMIT : wanted;

        EventPage page = pages.read(request.getUserPrincipal(), job, after == null ? EventId.NONE : after, limit);
        EventBatch events = page.events();
        EventId last = events == null ? null : events.last();
        if (page.more() && last != null) {
            response.setHeader(HttpHeaders.LINK, next(last, limit));
        }
        byte[] body = array(events);
        response.setHeader("X-Content-Type-Options", "nosniff");
        JsonResponses.write(body, response);
    }

    /** What is left of the methods; publishing is {@link PublishController}'s. */
    @SuppressWarnings("DoNotCallSuggester") // Spring calls it.
    @RequestMapping(
            path = JobPaths.EVENTS,
            method = {
                RequestMethod.PUT,
                RequestMethod.PATCH,
                RequestMethod.DELETE,
                RequestMethod.OPTIONS,
                RequestMethod.TRACE
            })
    void refuse() {
        throw Problem.methodNotAllowed("GET, HEAD, POST");
    }

    /** Only a query, to be resolved against the address of this page as the client knows it, proxies and all. */
    private static String next(EventId last, int limit) {
        return "<?after=" + last + "&limit=" + limit + ">; rel=\"next\"";
    }

    private static byte[] array(@Nullable EventBatch events) {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        array.write('[');
        for (byte[] envelope : events == null ? List.<byte[]>of() : Envelopes.of(events)) {
            if (array.size() > 1) {
                array.write(',');
            }
            array.writeBytes(envelope);
        }
        array.write(']');
        return array.toByteArray();
    }
}
