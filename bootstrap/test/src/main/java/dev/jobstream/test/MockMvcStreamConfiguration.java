package dev.jobstream.test;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.webmvc.test.autoconfigure.MockMvcBuilderCustomizer;
import org.springframework.context.annotation.Bean;

/** Has mock responses take what is written without blocking: they know no {@link WriteListener}. */
@AutoConfiguration
@ConditionalOnClass(MockMvcBuilderCustomizer.class)
class MockMvcStreamConfiguration {

    @Bean
    MockMvcBuilderCustomizer jobstreamMockResponses() {
        Filter listening = (request, response, chain) ->
                chain.doFilter(request, response instanceof HttpServletResponse http ? new Listening(http) : response);
        return builder -> builder.addFilters(listening);
    }

    private static final class Listening extends HttpServletResponseWrapper {

        Listening(HttpServletResponse response) {
            super(response);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            return new AlwaysReady(getResponse());
        }
    }

    /** A mock response takes everything: whoever asks when that is, is called at once. */
    private static final class AlwaysReady extends ServletOutputStream {

        private final ServletOutputStream out;

        AlwaysReady(ServletResponse response) throws IOException {
            out = response.getOutputStream();
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            try {
                listener.onWritePossible();
            } catch (IOException e) {
                listener.onError(e);
            }
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
