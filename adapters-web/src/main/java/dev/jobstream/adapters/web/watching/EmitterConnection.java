package dev.jobstream.adapters.web.watching;

import dev.jobstream.adapters.web.formats.StreamFormat;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.EventStream;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

/**
 * A client at the other end of an HTTP response.
 *
 * <p>The emitter takes the request over and ends it. What is written in between goes to the response's own output stream,
 * without blocking (Servlet 6.0, 5.7.2 and {@link WriteListener}): a write that cannot leave at once is the container's to
 * finish, which then calls {@link #onWritePossible}, on a thread of its own. The response is the one that Spring MVC gives to
 * controllers, and guards: used after the request's end it throws, and does not write to whoever is served next.
 *
 * <p><b>One writer at a time.</b> {@link #proceed} runs on the thread that gave us something to write, until the container says
 * that it is not ready; from then on the container runs it, until all is written. Then it is the stream's turn again.
 * {@code pending} says whose turn it is, and is set before the container is asked, which may call before it has answered.
 */
final class EmitterConnection implements ClientConnection, WriteListener {

    /** What is given to the container at once, and so the least that a client must take within the stall limit. */
    private static final int PIECE_BYTES = 64 * 1024;

    private static final byte[] NOTHING = {};

    private static final Logger log = LoggerFactory.getLogger(EmitterConnection.class);

    private final EventStream stream;
    private final ResponseBodyEmitter emitter;
    private final ServletOutputStream out;
    private final ResponseWrites writes;
    private final StreamFormat format;
    private final BooleanSupplier hasGone;

    private @Nullable AsyncContext async;
    private byte[] bytes = NOTHING;
    private int written;
    private boolean flushDue;
    private boolean started;
    private volatile boolean pending;
    private volatile boolean lost;

    /** @param hasGone whether the client has gone, asked where nothing is written to find out */
    EmitterConnection(
            EventStream stream,
            ResponseBodyEmitter emitter,
            ServletResponse response,
            ResponseWrites writes,
            StreamFormat format,
            BooleanSupplier hasGone)
            throws IOException {
        this.hasGone = hasGone;
        this.writes = writes;
        this.stream = stream;
        this.emitter = emitter;
        this.out = response.getOutputStream();
        this.format = format;
        emitter.onError(this::onError);
        emitter.onTimeout(stream::close);
        emitter.onCompletion(stream::close);
    }

    /**
     * Begins to write, now that the request is asynchronous: the first block, and the stream behind it.
     *
     * @throws Problem if the response cannot be written to without blocking: the stream is given back
     */
    void open(@Nullable AsyncContext request) {
        async = request;
        bytes = format.opening(stream.takePosition());
        pending = true;
        try {
            out.setWriteListener(this);
        } catch (RuntimeException e) {
            // A wrapper around the response that knows no listeners, or a container that has ended it already.
            pending = false;
            stream.close();
            log.error(
                    "A stream is refused: it cannot be written to without blocking. Does a filter wrap the response, and not"
                            + " pass on setWriteListener? ({})",
                    e.toString());
            throw Problem.internal("the response cannot be written to without blocking");
        }
    }

    @Override
    public boolean send(EventBatch batch) throws IOException {
        return write(batch.encoded(format.encoder()));
    }

    /** A container that has nothing to read does not look. */
    @Override
    public boolean learnsOfLeaving() {
        return format.heartbeat().length == 0;
    }

    @Override
    public boolean heartbeat() throws IOException {
        return beat(format.heartbeat());
    }

    @Override
    public boolean position(EventId id) throws IOException {
        return beat(format.position(id));
    }

    private boolean beat(byte[] next) throws IOException {
        if (next.length == 0 && hasGone.getAsBoolean()) {
            throw new IOException("the client has gone");
        }
        return write(next);
    }

    private boolean write(byte[] next) throws IOException {
        if (lost) {
            throw new IOException("the response has failed");
        }
        bytes = next;
        written = 0;
        try {
            return proceed();
        } catch (RuntimeException e) {
            throw new IOException(e); // A container's word for a response that it has ended.
        }
    }

    @Override
    public void onWritePossible() {
        if (!pending) {
            return;
        }
        try {
            if (!proceed()) {
                return;
            }
        } catch (IOException | RuntimeException e) {
            onError(e);
            return;
        }
        if (started) {
            stream.onWritable();
        } else {
            started = true;
            stream.start(this);
        }
    }

    @Override
    public void onError(Throwable failure) {
        lost = true;
        if (Disconnects.isTimeout(failure)) {
            stream.onStalled();
        } else {
            stream.close();
        }
    }

    /** Whether all has been written, and more can be. */
    private boolean proceed() throws IOException {
        while (true) {
            pending = true;
            if (!out.isReady()) {
                return false;
            }
            pending = false;
            if (written < bytes.length) {
                if (written > 0) {
                    stream.onProgress();
                }
                int from = written;
                written = Math.min(bytes.length, from + PIECE_BYTES);
                flushDue = writes == ResponseWrites.GATHERED;
                out.write(bytes, from, written - from);
            } else if (flushDue) {
                flushDue = false;
                out.flush();
            } else {
                bytes = NOTHING;
                return true;
            }
        }
    }

    /** Ends the request whatever happened: not every container notices by itself that a client is gone. */
    @Override
    public void close(EndReason reason) {
        if (!pending && !lost && isTold(reason)) {
            complete();
        } else {
            cutOff();
        }
    }

    private boolean isTold(EndReason reason) {
        try {
            return write(format.closing(reason));
        } catch (IOException e) {
            return false;
        }
    }

    private void complete() {
        try {
            emitter.complete();
        } catch (RuntimeException e) {
            cutOff();
        }
    }

    /**
     * Ends the request with something pending. Jetty drops it, and the connection with it; Tomcat writes it first, for as long
     * as its connector lets a client take.
     */
    private void cutOff() {
        AsyncContext request = async;
        try {
            if (request != null) {
                request.complete();
            }
        } catch (RuntimeException e) {
            // The container has ended the request already.
        }
    }
}
