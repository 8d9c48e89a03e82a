package dev.jobstream.adapters.web.requests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.adapters.web.FuzzInput;
import dev.jobstream.adapters.web.refusals.Problem;
import dev.jobstream.application.JobEventTickets;
import dev.jobstream.application.StreamRequest;
import java.math.BigInteger;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.mock.web.MockHttpServletRequest;

/** What a request says of where to begin and of what to show, read as docs/protocol.md has it: by other means than ours. */
public final class RequestsFuzz {

    private static final Pattern ID = Pattern.compile("(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})");
    private static final Pattern TYPE = Pattern.compile("[a-z0-9_]+(\\.[a-z0-9_]+)*");
    private static final Pattern TAIL = Pattern.compile("[0-9]{1,9}");
    private static final Pattern JOB = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final int LONGEST_TYPE = 64;
    private static final int MOST_TYPES = 16;
    private static final int MOST_TAIL = 10_000;

    private final String job;
    private final @Nullable String header;
    private final @Nullable String parameter;
    private final @Nullable String events;
    private final @Nullable String tail;
    private final @Nullable String from;

    private RequestsFuzz(List<byte[]> lines) {
        job = text(lines, 0) == null ? "" : text(lines, 0);
        header = text(lines, 1);
        parameter = text(lines, 2);
        events = text(lines, 3);
        tail = text(lines, 4);
        from = text(lines, 5);
    }

    /** {@code null} where there is no such line, or it is a dash alone, which says that there is no such thing. */
    private static @Nullable String text(List<byte[]> lines, int at) {
        String text = at < lines.size() ? new String(lines.get(at), UTF_8) : "-";
        return text.equals("-") ? null : text;
    }

    /** Lines of an input: the job, {@code Last-Event-ID}, {@code lastEventId}, {@code events}, {@code tail}, {@code from}. */
    public static void fuzzerTestOneInput(byte[] input) {
        new RequestsFuzz(FuzzInput.split(input, (byte) '\n')).check();
    }

    private void check() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        if (header != null) {
            request.addHeader("Last-Event-ID", header);
        }
        put(request, "lastEventId", parameter);
        put(request, "events", events);
        put(request, "tail", tail);
        put(request, "from", from);
        StreamRequest read;
        try {
            read = StreamRequests.parse(job, request, noTickets());
        } catch (Problem e) {
            FuzzInput.same(e.getStatusCode().value(), 400);
            if (isGood()) {
                throw new AssertionError("refused: " + this, e);
            }
            return;
        }
        if (!isGood()) {
            throw new AssertionError("not refused: " + this);
        }
        FuzzInput.same(read.job().value(), job);
        FuzzInput.same(read.start().toString(), start());
        FuzzInput.same(read.filter() == null ? null : read.filter().patterns(), patterns());
    }

    private static void put(MockHttpServletRequest request, String name, @Nullable String value) {
        if (value != null) {
            request.addParameter(name, value);
        }
    }

    /** No request of these has one. */
    @SuppressWarnings("NullAway")
    private static JobEventTickets noTickets() {
        return null;
    }

    private boolean isGood() {
        boolean begin = from == null || from.equals("beginning") || from.equals("now");
        boolean last = isEmpty(id()) || isId(id());
        boolean number = isEmpty(tail) || TAIL.matcher(tail).matches() && Integer.parseInt(tail) <= MOST_TAIL;
        boolean one = !isEmpty(id()) || isEmpty(tail) || from == null;
        return JOB.matcher(job).matches() && begin && last && number && one && isFilter();
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private @Nullable String id() {
        return isEmpty(header) ? parameter : header;
    }

    private static boolean isId(@Nullable String text) {
        Matcher id = ID.matcher(text == null ? "" : text);
        return id.matches() && fits(id.group(1)) && fits(id.group(2));
    }

    private static boolean fits(String number) {
        return new BigInteger(number).bitLength() <= Long.SIZE;
    }

    private boolean isFilter() {
        if (isEmpty(events)) {
            return true;
        }
        List<String> patterns = List.of(events.split(",", -1));
        return patterns.size() <= MOST_TYPES
                && patterns.stream()
                        .map(pattern -> pattern.endsWith(".*") ? pattern.substring(0, pattern.length() - 2) : pattern)
                        .allMatch(type -> type.length() <= LONGEST_TYPE
                                && TYPE.matcher(type).matches());
    }

    private String start() {
        if (!isEmpty(id())) {
            return "after " + id();
        }
        if (!isEmpty(tail)) {
            return Integer.parseInt(tail) == 0 ? "now" : "tail " + Integer.parseInt(tail);
        }
        return from == null ? "beginning" : from;
    }

    private @Nullable List<String> patterns() {
        return isEmpty(events) ? null : List.copyOf(new TreeSet<>(List.of(events.split(",", -1))));
    }

    @Override
    public String toString() {
        return "job " + job + ", Last-Event-ID " + header + ", lastEventId " + parameter + ", events " + events
                + ", tail " + tail + ", from " + from;
    }
}
