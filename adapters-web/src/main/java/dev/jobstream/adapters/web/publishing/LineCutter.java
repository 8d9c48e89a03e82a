package dev.jobstream.adapters.web.publishing;

import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.domain.EventEnvelope;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.domain.TooManyEventsException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Consumer;

/** NDJSON: an envelope a line. Lines that are blank are passed over. */
final class LineCutter implements EventCutter {

    private ByteArrayOutputStream begun = new ByteArrayOutputStream(0);
    private long number = 1;

    @Override
    public void add(byte[] piece, int length, Consumer<NewEvent> events) {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (piece[i] == '\n') {
                if (begun.size() > 0) {
                    hold(piece, from, i);
                    end(events);
                } else {
                    line(piece, from, i, events);
                }
                number++;
                from = i + 1;
            }
        }
        hold(piece, from, length);
    }

    private void hold(byte[] piece, int from, int to) {
        if (begun.size() + to - from > Publication.MAX_BYTES) {
            throw Problem.tooLarge("line " + number + ": a line may have at most " + Publication.MAX_BYTES + " bytes");
        }
        begun.write(piece, from, to - from);
    }

    @Override
    public void hurry(Consumer<NewEvent> events) {}

    @Override
    public void end(Consumer<NewEvent> events) {
        byte[] line = begun.toByteArray();
        begun = new ByteArrayOutputStream(0);
        line(line, 0, line.length, events);
    }

    private void line(byte[] bytes, int from, int to, Consumer<NewEvent> events) {
        if (!isBlank(bytes, from, to)) {
            events.accept(event(bytes, from, to, number));
        }
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!EventCount.isSpace(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /** @throws Problem if the line is not one event; it names the line */
    private static NewEvent event(byte[] bytes, int from, int to, long number) {
        try {
            List<NewEvent> events = EventEnvelope.parsePublication(bytes, from, to);
            if (events.size() == 1) {
                return events.get(0);
            }
        } catch (TooManyEventsException e) {
            throw e;
        } catch (InvalidEventException e) {
            throw Problem.badRequest("line " + number + ": " + e.getMessage());
        }
        throw Problem.badRequest("line " + number + ": expected one event");
    }

    @Override
    public int held() {
        return begun.size();
    }

    @Override
    public boolean canHurry() {
        return false;
    }
}
