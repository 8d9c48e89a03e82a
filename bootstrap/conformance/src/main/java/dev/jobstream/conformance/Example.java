package dev.jobstream.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The example job of docs/wire: published as it stands there, and compared to what stands there. Ids are each server's own. */
final class Example {

    private Example() {}

    static String file(String name) {
        try (InputStream in = Objects.requireNonNull(Example.class.getResourceAsStream("wire/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Publishes it; returns the name of the job, which has ended then. */
    private static String published(Probe probe) {
        if (probe.options().publishAs() != Options.PublishAs.BATCH) {
            throw new Skipped("the example is published as a whole");
        }
        String job = probe.job();
        Answer answer = probe.post(job, Probe.JSON, file("publication.json"));
        if (Server.isNotThere(answer.status())) {
            throw new Skipped("no publishing: " + answer.status());
        }
        Expect.equal("status of the publication", 201, answer.status());
        return job;
    }

    static void asEvents(Probe probe) {
        List<Block> expected = new SseParser()
                .feed(file("stream.sse").getBytes(StandardCharsets.UTF_8)).stream()
                        .filter(Block::isEvent)
                        .toList();
        List<Block> seen = probe.watch(published(probe), "").toEnd();
        Expect.same("event", types(expected), types(seen));
        Expect.same(
                "data",
                expected.stream().map(Block::body).toList(),
                seen.stream().map(Block::body).toList());
    }

    private static List<String> types(List<Block> blocks) {
        return blocks.stream().map(Block::event).toList();
    }

    static void asLines(Probe probe) {
        compare(probe.lines(published(probe), "").toEnd());
    }

    static void asMessages(Probe probe) {
        compare(probe.socket(published(probe), "").toClose(1000));
    }

    static void asText(Probe probe) {
        Expect.equal(
                "text",
                file("stream.txt"),
                probe.opened(published(probe), "", Probe.TEXT).text());
    }

    /** An envelope has its members and no others. */
    private static void compare(List<Json> seen) {
        List<Json> expected = new ArrayList<>();
        file("stream.ndjson").lines().forEach(line -> expected.add(Json.parse(line)));
        for (String name : List.of("event", "data")) {
            Expect.same(name, texts(expected, name), texts(seen, name));
        }
        for (Json envelope : seen) {
            Expect.equal(
                    "members",
                    List.of("id", "event", "data"),
                    List.copyOf(envelope.members().keySet()));
        }
    }

    private static List<String> texts(List<Json> envelopes, String name) {
        List<String> texts = new ArrayList<>();
        for (Json envelope : envelopes) {
            Json member = envelope.member(name);
            texts.add(member == null ? "" : member.text());
        }
        return texts;
    }
}
