package dev.jobstream.conformance;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A stream of Server-Sent Events, block by block. For one reader. */
final class SseStream implements AutoCloseable {

    private final Answer answer;
    private final SseParser parser = new SseParser();
    private final Deque<Block> parsed = new ArrayDeque<>();
    private @Nullable String lastId;

    SseStream(Answer answer) {
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }

    SseParser parser() {
        return parser;
    }

    /** What a client would resume after. */
    @Nullable
    String lastId() {
        return lastId;
    }

    /**
     * The next block; {@code null} at the end.
     *
     * @throws TimeoutException if none comes in that time
     */
    @Nullable
    Block next(Duration within) throws TimeoutException {
        long end = System.nanoTime() + within.toNanos();
        while (parsed.isEmpty()) {
            byte[] piece = answer.body().next(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (piece == null) {
                return null;
            }
            parsed.addAll(parser.feed(piece));
        }
        Block block = parsed.remove();
        lastId = block.id() == null ? lastId : block.id();
        return block;
    }

    /** The next block, which must come. */
    Block block(String what) {
        return first(what, block -> true);
    }

    /** The next event of the job or of the stream, past comments and positions. */
    Block event(String what) {
        return first(what, Block::isEvent);
    }

    private Block first(String what, Predicate<Block> wanted) {
        Duration patience = answer.body().patience();
        long end = System.nanoTime() + patience.toNanos();
        try {
            Block block;
            do {
                block = next(Duration.ofNanos(end - System.nanoTime()));
                if (block == null) {
                    throw new Failure(what, "the end of the stream");
                }
            } while (!wanted.test(block));
            return block;
        } catch (TimeoutException e) {
            throw new Failure(what, "none within " + patience.toSeconds() + " s");
        }
    }

    List<Block> events(int number) {
        List<Block> events = new ArrayList<>(number);
        while (events.size() < number) {
            events.add(event("event number " + (events.size() + 1) + " of " + number));
        }
        return events;
    }

    /** The events up to the end of the response, which must come. */
    List<Block> toEnd() {
        List<Block> events = new ArrayList<>();
        Duration patience = answer.body().patience();
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (Block block = next(patience); block != null; ) {
                if (block.isEvent()) {
                    events.add(block);
                    end = System.nanoTime() + patience.toNanos();
                }
                block = next(Duration.ofNanos(end - System.nanoTime()));
            }
            return events;
        } catch (TimeoutException e) {
            throw new Failure(
                    "the end of the response",
                    "none within " + patience.toSeconds() + " s after " + events.size() + " events");
        }
    }

    @Override
    public void close() {
        answer.close();
    }
}
