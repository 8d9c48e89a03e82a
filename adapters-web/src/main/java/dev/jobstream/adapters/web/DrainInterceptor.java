package dev.jobstream.adapters.web;

import dev.jobstream.application.JobEventStreams;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.web.servlet.HandlerInterceptor;

/** Sends publishers and readers of pages to another node while this one is stopping: it could cut off what they begin. */
public final class DrainInterceptor implements HandlerInterceptor {

    private final JobEventStreams streams;

    public DrainInterceptor(JobEventStreams streams) {
        this.streams = streams;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        if (!streams.isShuttingDown() || request.getDispatcherType() != DispatcherType.REQUEST) {
            return true;
        }
        consume(request.getInputStream());
        Problems.write(Problem.unavailable("this node is stopping"), request, response);
        return false;
    }

    /**
     * Reads as much as of a publication that is taken. A container that answers before it has the body may cut the
     * connection, and the publisher sees no answer at all.
     */
    private static void consume(InputStream body) throws IOException {
        byte[] unwanted = new byte[8 * 1024];
        int length = body.read(unwanted);
        for (long read = 0; length >= 0 && read < Publication.MAX_BYTES; length = body.read(unwanted)) {
            read += length;
        }
    }
}
