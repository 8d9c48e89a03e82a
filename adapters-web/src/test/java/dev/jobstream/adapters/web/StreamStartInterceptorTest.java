package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.InMemoryTransport;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.application.StreamClock;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import java.io.IOException;
import java.security.Principal;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class StreamStartInterceptorTest {

    private final JobEventStreams streams = new JobEventStreams(
            new InMemoryTransport(JournalLimits.DEFAULT, InMemoryTransport.DEFAULT_MAX_BYTES, StreamClock.system()),
            new Everybody(),
            StreamMetrics.NONE,
            StreamSettings.DEFAULT,
            Runnable::run,
            StreamClock.system());
    private final StreamStartInterceptor interceptor = new StreamStartInterceptor();
    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private record Everybody() implements StreamAccess {
        @Override
        public AccessDecision toWatch(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }

        @Override
        public AccessDecision toPublish(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }
    }

    private EventStream pending() throws IOException {
        EventStream stream = streams.open(new StreamRequest(new JobId("j"), StreamStart.beginning(), null));
        EmitterConnection connection = new EmitterConnection(new StreamEmitter(), response, SseFormat.INSTANCE);
        connection.open();
        new PendingStream(stream, connection).attachTo(request);
        return stream;
    }

    @Test
    void givesBackThePlaceOfAStreamThatNeverStarted() throws IOException {
        pending();
        interceptor.afterCompletion(request, response, this, new IllegalStateException("async is not supported"));
        assertThat(streams.openStreams()).isZero();
    }

    @Test
    void leavesAStreamAloneThatHasStarted() throws IOException {
        EventStream stream = pending();
        interceptor.afterConcurrentHandlingStarted(request, response, this);
        interceptor.afterCompletion(request, response, this, null);
        assertThat(streams.openStreams()).isEqualTo(1);
        stream.close();
        assertThat(streams.openStreams()).isZero();
    }

    @Test
    void hasNothingToDoWithOtherRequests() {
        interceptor.afterConcurrentHandlingStarted(request, response, this);
        interceptor.afterCompletion(request, response, this, null);
        assertThat(streams.openStreams()).isZero();
    }
}
