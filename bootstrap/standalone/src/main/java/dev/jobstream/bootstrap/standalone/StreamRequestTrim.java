package dev.jobstream.bootstrap.standalone;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.AsyncHandlerInterceptor;

/**
 * Lets go of what Spring has noted of a request once its stream is open: the token and its claims, the parsed path, the
 * handler. A stream would hold it for as long as it is open, and nothing asks for it again; what ends a request is dispatched
 * anew. Only the standalone server can know that nobody else looks at it.
 */
final class StreamRequestTrim implements AsyncHandlerInterceptor {

    private static final String SPRING = "org.springframework.";

    @Override
    public void afterConcurrentHandlingStarted(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        for (String name : Collections.list(request.getAttributeNames())) {
            if (name.startsWith(SPRING) && !name.equals(WebAsyncUtils.WEB_ASYNC_MANAGER_ATTRIBUTE)) {
                request.removeAttribute(name);
            }
        }
    }
}
