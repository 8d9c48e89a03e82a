package dev.jobstream.adapters.web.watching;

import dev.jobstream.adapters.web.formats.JsonResponses;
import dev.jobstream.adapters.web.refusals.AnswersProblems;
import dev.jobstream.adapters.web.requests.JobPaths;
import dev.jobstream.adapters.web.requests.StreamRequests;
import dev.jobstream.application.JobEventTickets;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sells tickets to pages, whose browsers cannot set a header where they open a stream. */
@RestController
@AnswersProblems
public final class TicketController {

    private final JobEventTickets tickets;

    public TicketController(JobEventTickets tickets) {
        this.tickets = tickets;
    }

    @PostMapping(JobPaths.TICKET)
    void sell(@PathVariable(JobPaths.JOB_ID) String jobId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String ticket = tickets.sell(request.getUserPrincipal(), StreamRequests.job(jobId));
        byte[] body = "{\"ticket\":\"%s\",\"expiresIn\":%d}"
                .formatted(ticket, tickets.life().toSeconds())
                .getBytes(StandardCharsets.US_ASCII);
        response.setStatus(HttpServletResponse.SC_CREATED);
        JsonResponses.write(body, response);
    }
}
