package dev.jobstream.adapters.web.watching;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.DeferredResultProcessingInterceptor;
import org.springframework.web.context.request.async.WebAsyncUtils;

/**
 * Starts a stream at the moment its response has become asynchronous, which is when its emitter takes it over. It is registered
 * with the request itself: a host may move the endpoint, and replace the interceptors of Spring MVC, and the stream starts all
 * the same. Where the response cannot become asynchronous the emitter fails, and the stream is given back.
 */
record StreamStarter(EmitterConnection connection) implements DeferredResultProcessingInterceptor {

    void attachTo(HttpServletRequest request) {
        WebAsyncUtils.getAsyncManager(request).registerDeferredResultInterceptor(StreamStarter.class, this);
    }

    @Override
    public <T> void preProcess(NativeWebRequest request, DeferredResult<T> unused) {
        HttpServletRequest servletRequest = request.getNativeRequest(HttpServletRequest.class);
        AsyncContext async = contextOf(servletRequest);
        if (async != null) {
            async.addListener(new CompletedOnError());
        }
        connection.open(async);
    }

    private static @Nullable AsyncContext contextOf(@Nullable HttpServletRequest request) {
        return request != null && request.isAsyncStarted() ? request.getAsyncContext() : null;
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
