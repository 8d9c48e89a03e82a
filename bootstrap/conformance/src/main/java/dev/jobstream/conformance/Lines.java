package dev.jobstream.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A stream of lines that end in LF. For one reader. */
final class Lines implements AutoCloseable {

    private final Answer answer;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private final Deque<String> lines = new ArrayDeque<>();

    Lines(Answer answer) {
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }

    /**
     * The next line, empty for a heartbeat; {@code null} at the end.
     *
     * @throws TimeoutException if none comes in that time
     */
    @Nullable
    String next(Duration within) throws TimeoutException {
        long end = System.nanoTime() + within.toNanos();
        while (lines.isEmpty()) {
            byte[] piece = answer.body().next(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (piece == null) {
                Expect.that(begun.size() == 0, "a last line that ends in LF", begun.toString(StandardCharsets.UTF_8));
                return null;
            }
            for (byte b : piece) {
                if (b == '\n') {
                    lines.add(begun.toString(StandardCharsets.UTF_8));
                    begun.reset();
                } else {
                    begun.write(b);
                }
            }
        }
        return lines.remove();
    }

    /** The next line that is not empty; {@code null} at the end. */
    @Nullable
    Json envelope() {
        Duration patience = answer.body().patience();
        try {
            long end = System.nanoTime() + patience.toNanos();
            String line = next(patience);
            while (line != null && line.isEmpty()) {
                line = next(Duration.ofNanos(end - System.nanoTime()));
            }
            return line == null ? null : Json.parse(line);
        } catch (TimeoutException e) {
            throw new Failure("a line", "nothing within " + patience.toSeconds() + " s");
        }
    }

    List<Json> toEnd() {
        List<Json> envelopes = new ArrayList<>();
        for (Json line = envelope(); line != null; line = envelope()) {
            envelopes.add(line);
        }
        return envelopes;
    }

    @Override
    public void close() {
        answer.close();
    }
}
