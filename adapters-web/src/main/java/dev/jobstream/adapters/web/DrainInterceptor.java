package dev.jobstream.adapters.web;

import dev.jobstream.application.JobEventStreams;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
        Problems.write(Problem.unavailable("this node is stopping"), request, response);
        return false;
    }
}
