package dev.jobstream.adapters.web.publishing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.adapters.web.FuzzInput;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.domain.InvalidEventException;
import dev.jobstream.domain.NewEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Bodies of publishers: wherever they are cut, they bring the same events, or the same refusal after the same events. */
public final class BodiesFuzz {

    private static final int PLACES = 4;
    private static final int LEAST_DATA = 64;

    private BodiesFuzz() {}

    /** A byte that says how much an event's data may be and where the body is cut, and the body. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] body = Arrays.copyOfRange(input, 1, input.length);
        int first = input[0] & 0xff;
        lines(body, first);
        text(body, LEAST_DATA + first, first);
    }

    /** What came of a body: its events, and what was wrong behind them. */
    private record Outcome(List<NewEvent> events, String refusal) {}

    private static void lines(byte[] body, int first) {
        Outcome whole = cut(LineCutter::new, body, body.length, false);
        someOf(body, first, place -> FuzzInput.same(cut(LineCutter::new, body, place, true), whole));
        EventCount count = new EventCount(true);
        int counted = count.add(body, body.length);
        if (whole.refusal.isEmpty()) {
            FuzzInput.same(counted, whole.events.size());
        }
        for (NewEvent event : whole.events) {
            String json = event.data().toString();
            if (!FuzzInput.tree(json).isObject() || json.indexOf('\n') >= 0 || json.indexOf('\r') >= 0) {
                throw new AssertionError(json);
            }
        }
    }

    private static void text(byte[] body, int mostData, int first) {
        String expected = new String(body, UTF_8);
        String stepId = expected.substring(
                0, expected.offsetByCodePoints(0, Math.min(8, expected.codePointCount(0, expected.length()))));
        someOf(body, first, place -> {
            StringBuilder output = new StringBuilder();
            Outcome outcome = cut(() -> new TextCutter(stepId, mostData), body, place, true);
            FuzzInput.same(outcome.refusal, "");
            for (NewEvent event : outcome.events) {
                FuzzInput.same(event.type().name(), "step.output");
                FuzzInput.same(FuzzInput.tree(event.data().toString()).size(), 2);
                FuzzInput.same(event.data().text("stepId"), stepId);
                String chunk = event.data().text("chunk");
                FuzzInput.same(UTF_8.newEncoder().canEncode(chunk), true);
                output.append(chunk);
            }
            FuzzInput.same(output.toString(), expected);
        });
    }

    private interface Check {

        void at(int place);
    }

    /** Some of the body's places: all of a short one's, and each of a long one's for some first. */
    private static void someOf(byte[] body, int first, Check check) {
        int step = Math.max(1, body.length / PLACES);
        for (int place = first % step; place <= body.length; place += step) {
            check.at(place);
        }
    }

    private static Outcome cut(Supplier<EventCutter> cutters, byte[] body, int place, boolean hurries) {
        List<NewEvent> events = new ArrayList<>();
        try {
            EventCutter cutter = cutters.get();
            cutter.add(body, place, events::add);
            if (hurries) {
                cutter.hurry(events::add);
            }
            byte[] rest = Arrays.copyOfRange(body, place, body.length);
            cutter.add(rest, rest.length, events::add);
            cutter.end(events::add);
            FuzzInput.same(cutter.held(), 0);
            return new Outcome(events, "");
        } catch (Problem | InvalidEventException e) {
            return new Outcome(events, String.valueOf(e.getMessage()));
        }
    }
}
