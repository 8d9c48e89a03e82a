package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.domain.NewEvent;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events of every type in use, with data that is awkward to carry: what goes in must come out of every client. */
final class AwkwardEvents {

    static final List<String> DATA = List.of(
            "{\"rocket\":\"🚀\",\"separators\":\"\u2028\u2029\u0085\",\"nul\":\"\\u0000\",\"lone\":\"\\ud83d\"}",
            "{\"max\":9223372036854775807,\"min\":-9223372036854775808,\"more\":18446744073709551615}",
            "{\"big\":1e400,\"exact\":1.10,\"zero\":-0,\"long\":0.1000000000000000055511151231257827}",
            "{ \"z\" : 1 , \"a\" : [ { \"b\" : [ [ ] , { } , null ] } ] , \"z\" : 2 }",
            "{\"id\":\"9-9\",\"event\":\"job.completed\",\"data\":\"data: x\\n\\nid: 1\"}",
            "{\"solidus\":\"\\/\",\"quotes\":\"\\\"\\\\\",\"tab\":\"\\t\",\"umlaut\":\"\\u00e4ä\"}",
            "{\"chunk\":\"" + "x🚀".repeat(40 * 1024) + "\"}",
            "{\"chunk\":\"" + everyPlane() + "\"}",
            "{\"chunk\":\"a\\rb\\nc\\r\\nd\\u0000\\u001b[31mred\\u001b[0m</script>\\n\"}",
            "{\"chunk\":\"half \\ud83d and whole \\ud83d\\ude80\u2028\u2029\u0085\"}",
            "{\"chunk\":7,\"nested\":{\"chunk\":\"no\"}}",
            "{}");

    /** All that do not end a job, and one that nobody has heard of. Output is a third of it. */
    private static final List<String> TYPES = List.of(
            "step.output",
            "job.created",
            "job.queued",
            "step.output",
            "job.started",
            "job.progress",
            "step.output",
            "step.started",
            "step.progress",
            "step.output",
            "step.completed",
            "step.failed",
            "step.output",
            "step.skipped",
            "ai.tool_called",
            "step.output",
            "ai.tokens_used",
            "ai.artifact_created",
            "step.output",
            "gate.started",
            "gate.passed",
            "step.output",
            "gate.failed",
            "somebodys.own_type.x1");

    static final String LAST = "job.completed";

    private static final int LARGE = 8_000;
    /** Of so many large ones one is sent, so that the whole is not large alone. */
    private static final int LARGE_ONES = 20;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private AwkwardEvents() {}

    /** Every type that such a job has. */
    static List<String> types() {
        List<String> types = new ArrayList<>(TYPES.stream().distinct().toList());
        types.add(LAST);
        return types;
    }

    /** A whole job. Each type meets each kind of data, for the numbers of both go around at different paces. */
    static List<NewEvent> job(int count) {
        List<NewEvent> events = new ArrayList<>();
        int large = 0;
        for (int i = 0; i < count - 1; i++) {
            String data = DATA.get((i + i / TYPES.size()) % DATA.size());
            if (data.length() > LARGE && large++ % LARGE_ONES != 0) {
                data = "{\"chunk\":\"" + i + "\\n\",\r\n\t\"broken\":\n[\r1]}";
            }
            events.add(NewEvent.of(TYPES.get(i % TYPES.size()), data));
        }
        events.add(NewEvent.of(LAST, "{\"status\":\"completed\"}"));
        return events;
    }

    /** What a text stream has of it. */
    static byte[] output(List<NewEvent> events) {
        return text(events.stream()
                .filter(event -> event.type().name().equals("step.output"))
                .map(event -> event.data().toString())
                .toList());
    }

    /** The chunks of this data. */
    static byte[] text(List<String> data) {
        StringBuilder output = new StringBuilder();
        for (String json : data) {
            JsonNode chunk = JSON.readTree(json).get("chunk");
            output.append(chunk != null && chunk.isString() ? chunk.asString() : "");
        }
        return output.toString().replaceAll("\\p{Cs}", "\uFFFD").getBytes(UTF_8);
    }

    private static String everyPlane() {
        StringBuilder text = new StringBuilder();
        for (int plane = 0; plane <= 16; plane++) {
            text.appendCodePoint(plane * 0x10000 + 0xA1).appendCodePoint(plane * 0x10000 + 0xFFFD);
        }
        return text.toString();
    }
}
