package dev.jobstream.adapters.web;

import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventBatch;
import java.io.IOException;
import java.util.Set;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;

/** A client at the other end of an HTTP response. */
final class EmitterConnection implements ClientConnection {

    private final ResponseBodyEmitter emitter;
    private final WireFormat format;

    EmitterConnection(ResponseBodyEmitter emitter, WireFormat format) {
        this.emitter = emitter;
        this.format = format;
    }

    /** Sends the first block, which leaves with the headers as soon as the emitter has its response. */
    void open() throws IOException {
        write(format.opening());
    }

    @Override
    public void send(EventBatch batch) throws IOException {
        write(batch.encoded(format.encoder()));
    }

    @Override
    public void beat() throws IOException {
        write(format.beat());
    }

    /** As one set of data, since that is the form of {@code send} that flushes once and adds nothing. */
    private void write(byte[] bytes) throws IOException {
        try {
            emitter.send(Set.of(new DataWithMediaType(bytes, format.mediaType())));
        } catch (IOException | RuntimeException e) {
            throw Disconnects.asIOException(e);
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
