package dev.jobstream.adapters.web.watching;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.AsyncHandlerInterceptor;

/**
 * Starts a stream at the moment its emitter has taken over the response. Before that an emitter would store what it is
 * sent, without a bound, and write it on the container's thread.
 */
public final class StreamStartInterceptor implements AsyncHandlerInterceptor {

    @Override
    public void afterConcurrentHandlingStarted(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        PendingStream pending = PendingStream.takeFrom(request);
        if (pending != null) {
            AsyncContext async = request.isAsyncStarted() ? request.getAsyncContext() : null;
            if (async != null) {
                async.addListener(new CompletedOnError());
            }
            pending.connection().open(async);
        }
    }

    /** Reached with a stream that is still pending only if the response never went asynchronous. */
    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        PendingStream pending = PendingStream.takeFrom(request);
        if (pending != null) {
            pending.connection().abandon();
        }
    }

    /**
     * Ends a request whose client has gone, if nobody else has when the container tells of it. It would otherwise be sent
     * to the application's error page, which nobody sees who does not read the log.
     */
    private static final class CompletedOnError implements AsyncListener {

        @Override
        public void onError(AsyncEvent event) {
            try {
                event.getAsyncContext().complete();
            } catch (IllegalStateException e) {
                // Somebody else has.
            }
        }

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
