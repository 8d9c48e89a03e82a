package dev.jobstream.conformance;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The stream as the job's output alone. */
final class Text {

    private static final String ALONE = "answers with the job's output and no other byte";

    private Text() {}

    static Section section() {
        return new Section(
                "Text",
                "Text",
                List.of(
                        Check.of("writes the output and nothing else", ALONE, Text::outputAlone),
                        Check.of(
                                "reads escapes, and replaces half of a pair",
                                "Half of a surrogate pair becomes U+FFFD; a `step.output` without a string `chunk` gives"
                                        + " nothing.",
                                Text::escapes),
                        Check.waiting(
                                "sends no byte to who is idle",
                                "There is no byte as a heartbeat, so that a file is exact.",
                                Text::silent),
                        Check.of(
                                "keeps compressors away",
                                "`Content-Encoding: identity` keeps compressors away",
                                probe -> {
                                    Answer answer = probe.opened(
                                            probe.job(), "", Probe.TEXT, "Accept-Encoding: gzip, identity");
                                    String encoding = answer.header("Content-Encoding");
                                    Expect.that(
                                            encoding == null || encoding.equals("identity"),
                                            "no other Content-Encoding than identity",
                                            encoding);
                                }),
                        Check.of("writes the example job as docs/wire has it", ALONE, Example::asText)));
    }

    private static void outputAlone(Probe probe) {
        String job = probe.job();
        Answer live = probe.opened(job, "", Probe.TEXT);
        probe.publish(
                job,
                Event.job(
                        new Event("step.started", "{\"name\":\"x\"}"),
                        Event.output("one\r\n"),
                        new Event("ai.tokens_used", "{\"chunk\":\"no output\"}"),
                        Event.output("two é🚀\u001b[32m "),
                        Event.output(""),
                        Event.output("three")));
        String expected = "one\r\ntwo é🚀\u001b[32m three";
        Expect.equal("text", expected, live.text());
        Expect.equal(
                "text for who came late",
                expected,
                probe.opened(job, "", Probe.TEXT).text());
    }

    private static void escapes(Probe probe) {
        String job = probe.job();
        probe.opened(job, "", Probe.TEXT).close();
        probe.publish(
                job,
                Event.job(
                        new Event("step.output", "{\"chunk\":\"\\u00e9\\ud83d\\ude80\\t\\/\\\"\"}"),
                        new Event("step.output", "{\"chunk\":\"<\\ud83d>\"}"),
                        new Event("step.output", "{\"chunk\":7}"),
                        new Event("step.output", "{\"other\":\"x\"}")));
        Expect.equal(
                "text", "é🚀\t/\"<\uFFFD>", probe.opened(job, "", Probe.TEXT).text());
    }

    /** As long as it takes an event stream to get two heartbeats. */
    private static void silent(Probe probe) throws TimeoutException {
        String job = probe.job();
        Answer text = probe.opened(job, "", Probe.TEXT);
        SseStream beside = probe.watch(job, "");
        beside.block("a first block");
        Heartbeats.beat(probe, beside);
        Heartbeats.beat(probe, beside);
        probe.publish(job, Event.output("first"));
        byte[] piece = text.body().next(probe.server().patience());
        Expect.equal("the first bytes as", "first", piece == null ? null : new String(piece, StandardCharsets.UTF_8));
    }
}
