package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.TooManyEventsException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of publish requests, each on its request's thread. A publisher that sends slowly, or not at all, must not
 * take the threads away from everybody else: only so many bodies are read at a time, and each must come in time. Nor may
 * bodies that come fast take the memory: what has come of all of them is bounded. Between two reads the container's own idle
 * time-out applies. Safe for use by many threads.
 */
final class BodyReader {

    private static final int PIECE_BYTES = BodyMemory.BLOCK_BYTES;

    /** The attribute of a request that has what its body holds. */
    private static final String SHARE = BodyMemory.Share.class.getName();

    private final BodyLimits limits;
    private final Semaphore places;
    private final BodyMemory memory;
    private final LongSupplier nanos;
    /** Whose bodies are being read, and how many of each: of nobody, where there is no name, they are not counted. */
    private final Map<String, Integer> reading = new ConcurrentHashMap<>();

    /**
     * @param memory what all bodies may take
     * @param nanos tells the time, in nanoseconds from an arbitrary origin
     */
    BodyReader(BodyLimits limits, BodyMemory memory, LongSupplier nanos) {
        this.limits = limits;
        this.places = new Semaphore(limits.concurrent());
        this.memory = memory;
        this.nanos = nanos;
    }

    /**
     * Reads the whole body. Its memory counts until it is {@link #forget forgotten}, read or not.
     *
     * @param most the bytes that it may have
     * @param events counts its events; of one with too many nothing is kept, though it is read to its end
     * @param bytes is told how many have come, each time that some have
     * @throws TooManyEventsException if it has more events than a publication may have
     * @throws Problem if it has more, does not come in time, or too many or too large ones are being read at the moment
     */
    byte[] read(HttpServletRequest request, int most, EventCount events, LongConsumer bytes) {
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        Blocks body = new Blocks(request, events);
        if (drain(request, most, body, bytes) > most) {
            throw tooLarge(most);
        }
        return body.toByteArray();
    }

    /** Called when the request is done. */
    void forget(HttpServletRequest request) {
        if (request.getAttribute(SHARE) instanceof BodyMemory.Share share) {
            request.removeAttribute(SHARE);
            boolean unused = share.resize(0);
        }
    }

    /**
     * Reads as much of a body as would be taken, and forgets it. A container that answers before it has the body may cut the
     * connection, and the publisher sees no answer at all.
     *
     * @throws Problem as for {@link #read}, but not for a body that is too large
     */
    void skip(HttpServletRequest request, int most) {
        long unused = drain(request, most, null, bytes -> {});
    }

    /** The bytes read: one more than the most, if there are more. */
    private long drain(HttpServletRequest request, int most, @Nullable Blocks into, LongConsumer bytes) {
        String name = enter(request.getUserPrincipal());
        try {
            InputStream in = request.getInputStream();
            byte[] piece = new byte[PIECE_BYTES];
            long begin = nanos.getAsLong();
            long size = 0;
            int length = in.read(piece, 0, (int) Math.min(piece.length, most + 1L));
            while (length >= 0 && size + length <= most) {
                if (into != null) {
                    into.write(piece, length);
                }
                size += length;
                bytes.accept(length);
                requireInTime(size, nanos.getAsLong() - begin);
                length = in.read(piece, 0, (int) Math.min(piece.length, most + 1L - size));
            }
            return length < 0 ? size : size + length;
        } catch (IOException e) {
            throw Problem.badRequest("the body could not be read to its end");
        } finally {
            leave(name);
        }
    }

    /** Takes a place. Who has half of them gets none of the last quarter, which is for others. */
    private String enter(@Nullable Principal principal) {
        if (!places.tryAcquire()) {
            throw Problem.unavailable("too many requests are being read at the moment");
        }
        String name = principal == null ? "" : principal.getName();
        int count = name.isEmpty() ? 0 : reading.merge(name, 1, Integer::sum);
        if (count > (limits.concurrent() + 1) / 2 && places.availablePermits() < limits.concurrent() / 4) {
            leave(name);
            throw Problem.tooManyRequests("too many of your requests are being read at the moment");
        }
        return name;
    }

    private void leave(String name) {
        places.release();
        reading.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
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

    /** A body as it comes: nothing is set aside for what is only announced. */
    private final class Blocks {

        private final BodyMemory.Share share = memory.share();
        private final EventCount events;
        private final List<byte[]> filled = new ArrayList<>();
        private int size;
        private boolean tooMany;

        Blocks(HttpServletRequest request, EventCount events) {
            request.setAttribute(SHARE, share);
            this.events = events;
        }

        void write(byte[] piece, int length) {
            if (tooMany) {
                return;
            }
            tooMany = events.add(piece, length) > EventEnvelope.MAX_PUBLICATION;
            if (tooMany) {
                filled.clear();
                boolean unused = share.resize(0);
                return;
            }
            for (int from = 0; from < length; ) {
                int at = size % PIECE_BYTES;
                if (at == 0) {
                    add();
                }
                int count = Math.min(length - from, PIECE_BYTES - at);
                System.arraycopy(piece, from, filled.get(filled.size() - 1), at, count);
                from += count;
                size += count;
            }
        }

        private void add() {
            if (!share.resize((filled.size() + 1L) * PIECE_BYTES)) {
                throw Problem.unavailable("too much is being read at the moment");
            }
            filled.add(new byte[PIECE_BYTES]);
        }

        byte[] toByteArray() {
            if (tooMany) {
                throw new TooManyEventsException();
            }
            byte[] whole = new byte[size];
            for (int i = 0; i < filled.size(); i++) {
                int from = i * PIECE_BYTES;
                System.arraycopy(filled.get(i), 0, whole, from, Math.min(PIECE_BYTES, size - from));
            }
            return whole;
        }
    }
}
