package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.refusals.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads the bodies of publish requests, each on its request's thread. A publisher that sends slowly, or not at all, must not
 * take the threads away from everybody else: only so many bodies are read at a time, and each must come in time. Between two
 * reads the container's own idle time-out applies. Safe for use by many threads.
 */
final class BodyReader {

    private static final int PIECE_BYTES = 16 * 1024;

    private final BodyLimits limits;
    private final Semaphore places;
    private final LongSupplier nanos;

    /** @param nanos tells the time, in nanoseconds from an arbitrary origin */
    BodyReader(BodyLimits limits, LongSupplier nanos) {
        this.limits = limits;
        this.places = new Semaphore(limits.concurrent());
        this.nanos = nanos;
    }

    /**
     * Reads the whole body.
     *
     * @param most the bytes that it may have
     * @throws Problem if it has more, does not come in time, or too many are being read at the moment
     */
    byte[] read(HttpServletRequest request, int most) {
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.max(0, request.getContentLengthLong()));
        if (drain(request, most, body) > most) {
            throw tooLarge(most);
        }
        return body.toByteArray();
    }

    /**
     * Reads as much of a body as would be taken, and forgets it. A container that answers before it has the body may cut the
     * connection, and the publisher sees no answer at all.
     *
     * @throws Problem as for {@link #read}, but not for a body that is too large
     */
    void skip(HttpServletRequest request, int most) {
        long unused = drain(request, most, null);
    }

    /** The bytes read: one more than the most, if there are more. */
    private long drain(
            HttpServletRequest request, int most, @org.jspecify.annotations.Nullable ByteArrayOutputStream into) {
        if (!places.tryAcquire()) {
            throw Problem.unavailable("too many requests are being read at the moment");
        }
        try {
            InputStream in = request.getInputStream();
            byte[] piece = new byte[PIECE_BYTES];
            long begin = nanos.getAsLong();
            long size = 0;
            int length = in.read(piece, 0, (int) Math.min(piece.length, most + 1L));
            while (length >= 0 && size + length <= most) {
                if (into != null) {
                    into.write(piece, 0, length);
                }
                size += length;
                requireInTime(size, nanos.getAsLong() - begin);
                length = in.read(piece, 0, (int) Math.min(piece.length, most + 1L - size));
            }
            return length < 0 ? size : size + length;
        } catch (IOException e) {
            throw Problem.badRequest("the body could not be read to its end");
        } finally {
            places.release();
        }
    }

    private void requireInTime(long size, long taken) {
        if (taken > limits.wholeTime().toNanos()) {
            throw Problem.timeout(
                    "the body must come within " + limits.wholeTime().toSeconds() + " s");
        }
        if (taken > BodyLimits.GRACE.toNanos() && size < limits.leastRate() * (taken / TimeUnit.SECONDS.toNanos(1))) {
            throw Problem.timeout("the body must come at " + limits.leastRate() + " bytes a second or more");
        }
    }

    private static Problem tooLarge(int most) {
        return Problem.tooLarge("a request may have at most " + most + " bytes");
    }
}
