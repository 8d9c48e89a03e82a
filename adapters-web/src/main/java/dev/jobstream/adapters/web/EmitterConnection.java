package dev.jobstream.adapters.web;

import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventBatch;
import dev.jobstream.application.EventStream;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;

/**
 * A client at the other end of an HTTP response.
 *
 * <p>The emitter writes the first block, with the headers, and ends the response. What comes in between goes to the
 * response's output stream as it is: the emitter would have it pass through message converters and a response object made
 * for each write, which cost as much as the container does. The response is the one that Spring MVC gives to controllers,
 * and guards: used after the request's end it throws, and does not write to whoever is served next.
 *
 * <p>A container may tell of a failed response before the write that is under way fails, and only the write knows whether
 * it was for want of a reader. So while there is one it has the last word: {@code lost} is set before {@code writing} is
 * looked at, and {@code writing} is cleared before {@code lost} is, whereby one of the two sees the other.
 */
final class EmitterConnection implements ClientConnection {

    private final ResponseBodyEmitter emitter;
    private final ServletResponse response;
    private final WireFormat format;

    private volatile boolean writing;
    private volatile @Nullable Exception lost;

    EmitterConnection(ResponseBodyEmitter emitter, ServletResponse response, WireFormat format) {
        this.emitter = emitter;
        this.response = response;
        this.format = format;
    }

    /** Ends the stream when the container says that the response has ended. */
    void endWithResponse(EventStream stream) {
        emitter.onError(failure -> lose(stream, failure));
        emitter.onTimeout(() -> lose(stream, new IOException("completed by the container")));
        emitter.onCompletion(() -> lose(stream, new IOException("completed by the container")));
    }

    private void lose(EventStream stream, Throwable failure) {
        if (lost == null) {
            lost = failure instanceof Exception e ? e : new IOException(failure);
        }
        if (!writing) {
            stream.close();
        }
    }

    /** Sends the first block, which leaves with the headers as soon as the emitter has its response. */
    void open() throws IOException {
        // As one set of data, since that is the form of send that flushes once and adds nothing.
        emitter.send(Set.of(new DataWithMediaType(format.opening(), format.mediaType())));
    }

    @Override
    public void send(EventBatch batch) throws IOException {
        write(batch.encoded(format.encoder()));
    }

    @Override
    public void beat() throws IOException {
        write(format.beat());
    }

    private void write(byte[] bytes) throws IOException {
        writing = true;
        try {
            OutputStream out = response.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (IOException | RuntimeException e) {
            Exception before = lost;
            throw Disconnects.asIOException(before != null && Disconnects.isTimeout(before) ? before : e);
        } finally {
            writing = false;
        }
        Exception failure = lost;
        if (failure != null) {
            throw Disconnects.asIOException(failure);
        }
    }

    /** Completes the emitter whatever happened: not every container notices by itself that a client is gone. */
    @Override
    public void close(EndReason reason) {
        try {
            byte[] announcement = format.closing(reason);
            if (announcement.length > 0) {
                write(announcement);
            }
        } catch (IOException e) {
            // Gone before it could be told.
        } finally {
            complete();
        }
    }

    private void complete() {
        try {
            emitter.complete();
        } catch (RuntimeException e) {
            // The container has ended the request already.
        }
    }
}
