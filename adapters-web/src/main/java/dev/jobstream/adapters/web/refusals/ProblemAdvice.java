package dev.jobstream.adapters.web.refusals;

import dev.jobstream.application.StreamRefusedException;
import dev.jobstream.domain.IdempotencyConflictException;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.JobEndedException;
import dev.jobstream.domain.TransportUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Answers what our own controllers refuse. A host's other controllers never see it. */
@RestControllerAdvice(annotations = AnswersProblems.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ProblemAdvice {

    @ExceptionHandler({
        Problem.class,
        StreamRefusedException.class,
        InvalidEventException.class,
        JobEndedException.class,
        IdempotencyConflictException.class,
        TransportUnavailableException.class
    })
    void refuse(RuntimeException e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Problems.write(Problems.of(e), request, response);
    }

    /** A client that left has nobody to tell, and shall not end in the log of a host that handles all exceptions. */
    @ExceptionHandler(AsyncRequestNotUsableException.class)
    void clientGone(AsyncRequestNotUsableException e, HttpServletResponse response) {}
}
