package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.jobstream.tools.SseParser;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client was told of an event. */
record Told(String id, String event, String data) {

    private static final Pattern ENVELOPE =
            Pattern.compile("\\{\"id\":\"([^\"]*)\",\"event\":\"([^\"]*)\",\"data\":(.*)}", Pattern.DOTALL);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 300;

    /** Reads {@code ["id","event","data"]}. */
    static Told array(String json) {
        JsonNode array = JSON.readTree(json);
        return new Told(
                array.get(0).asString(), array.get(1).asString(), array.get(2).asString());
    }

    /** Cuts an envelope into its members, of which data stays as it is. */
    static Told envelope(String text) {
        Matcher matcher = ENVELOPE.matcher(text);
        assertThat(matcher.matches()).as("an envelope: %s", shown(text)).isTrue();
        return new Told(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    /** The whole lines of a body, without heartbeats. */
    static void envelopes(byte[] lines, Consumer<Told> heard) {
        String text = new String(lines, UTF_8);
        // Not String.lines(), which knows of more line ends than one.
        Stream.of(text.substring(0, text.lastIndexOf('\n') + 1).split("\n"))
                .filter(line -> !line.isEmpty())
                .map(Told::envelope)
                .forEach(heard);
    }

    /** Hears the events of a body in pieces, those that are whole. */
    static SseParser parser(Consumer<Told> heard) {
        return new SseParser(event -> heard.accept(new Told(
                event.id().toString(), event.type().toString(), event.data().toString())));
    }

    /** Fails with the first difference alone, for data may be long. */
    static void assertSame(String client, List<Told> told, List<Told> published) {
        for (int i = 0; i < Math.min(told.size(), published.size()); i++) {
            if (!told.get(i).equals(published.get(i))) {
                fail(
                        "%s: event %d is %s instead of %s",
                        client,
                        i,
                        shown(told.get(i).toString()),
                        shown(published.get(i).toString()));
            }
        }
        assertThat(told.size()).as("events that %s was told of", client).isEqualTo(published.size());
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
