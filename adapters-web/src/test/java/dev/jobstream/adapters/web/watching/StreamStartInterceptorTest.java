package dev.jobstream.adapters.web.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.adapters.web.formats.SseFormat;
import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.Principal;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.DelegatingServletOutputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class StreamStartInterceptorTest {

    private final JobEventStreams streams = new JobEventStreams(
            new InMemoryTransport(JournalLimits.DEFAULT, InMemoryTransport.DEFAULT_MAX_BYTES, InstantSource.system()),
            new Everybody(),
            StreamMetrics.NONE,
            StreamSettings.DEFAULT,
            Runnable::run,
            StreamClock.system());
    private final StreamStartInterceptor interceptor = new StreamStartInterceptor();
    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final MockHttpServletResponse response = new ReadyResponse();

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

    /** A response that can be written to as soon as somebody listens. */
    private static final class ReadyResponse extends MockHttpServletResponse {

        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public ServletOutputStream getOutputStream() {
            return new DelegatingServletOutputStream(written) {
                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    try {
                        listener.onWritePossible();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
        }
    }

    /** A response of a wrapper that has not heard of writing without blocking. */
    private static final class DeafResponse extends MockHttpServletResponse {
        @Override
        public ServletOutputStream getOutputStream() {
            return new DelegatingServletOutputStream(OutputStream.nullOutputStream()) {
                @Override
                public void setWriteListener(WriteListener listener) {
                    throw new UnsupportedOperationException("no listeners here");
                }
            };
        }
    }

    private EventStream pending() throws IOException {
        return pending(response);
    }

    private EventStream pending(MockHttpServletResponse response) throws IOException {
        EventStream stream = streams.open(new StreamRequest(new JobId("j"), StreamStart.beginning(), null));
        new PendingStream(new EmitterConnection(
                        stream, new StreamEmitter(), response, ResponseWrites.GATHERED, SseFormat.INSTANCE))
                .attachTo(request);
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
    void givesBackThePlaceOfAStreamThatCannotBeWrittenTo() throws IOException {
        DeafResponse deaf = new DeafResponse();
        pending(deaf);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> interceptor.afterConcurrentHandlingStarted(request, deaf, this));
        assertThat(streams.openStreams()).isZero();
    }

    @Test
    void hasNothingToDoWithOtherRequests() {
        interceptor.afterConcurrentHandlingStarted(request, response, this);
        interceptor.afterCompletion(request, response, this, null);
        assertThat(streams.openStreams()).isZero();
    }
}
