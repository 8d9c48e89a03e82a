package dev.jobstream.bootstrap.standalone;

import dev.jobstream.domain.NewEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the demo job tells of one run, which is a build as builds are. */
final class DemoScript {

    /** @param pause before the next one */
    record Line(NewEvent event, Duration pause) {}

    private static final int PACE = 430;
    private static final String GREY = "\\u001b[90m";
    private static final String RED = "\\u001b[31m";
    private static final String GREEN = "\\u001b[32m";
    private static final String YELLOW = "\\u001b[33m";
    private static final String CYAN = "\\u001b[36m";
    private static final String BOLD = "\\u001b[1m";
    private static final String PLAIN = "\\u001b[0m";

    private static final List<String> RAINBOW =
            List.of("217;76;76", "217;146;76", "217;217;76", "76;217;76", "76;217;217", "76;146;217", "146;76;217");

    private static final int BAR = 24;

    private final List<Line> lines = new ArrayList<>();

    private DemoScript() {}

    /** @param previous the ids of the runs before it */
    static List<Line> of(List<String> previous) {
        DemoScript script = new DemoScript();
        script.write(previous);
        return List.copyOf(script.lines);
    }

    private void write(List<String> previous) {
        String runs = previous.stream().map(id -> '"' + id + '"').collect(Collectors.joining(",", "[", "]"));
        tell("job.created", "{\"name\":\"Demo: build and release\",\"previous\":" + runs + "}", PACE);
        tell("job.queued", "{\"position\":1}", PACE * 2);
        tell("job.started", "{\"runner\":\"runner-1\",\"branch\":\"main\"}", PACE);
        prepare();
        build();
        verify();
        review();
        release();
        tell("job.completed", "{\"status\":\"completed\",\"duration_ms\":" + millis() + "}", 0);
    }

    private void prepare() {
        int before = begin("checkout", "Fetching the sources", "preparation");
        print("checkout", GREY + "$ git clone --depth 1 …/demo" + PLAIN, PACE);
        print("checkout", "Cloning into 'demo'...", PACE);
        bar("checkout", "Receiving objects", 8);
        print("checkout", "HEAD is now at " + YELLOW + "3f1c2d4" + PLAIN + " Say hello in more languages", PACE);
        end("checkout", before);
        before = begin("dependencies", "Resolving dependencies", "preparation");
        bar("dependencies", "Downloading", 14);
        print("dependencies", GREEN + "✓" + PLAIN + " 148 artifacts, 3 from the cache of another run", PACE);
        end("dependencies", before);
        progress(20, "prepared");
    }

    private void build() {
        int before = begin("build", "Compiling", "build");
        for (String module : List.of("domain", "application", "adapters", "bootstrap")) {
            print("build", CYAN + "[compile]" + PLAIN + " " + module, PACE * 2);
        }
        print("build", YELLOW + "[warning]" + PLAIN + " Greeting.java:[17,9] unchecked conversion", PACE);
        print("build", CYAN + "[package]" + PLAIN + " demo.jar " + GREY + "(412 KB)" + PLAIN, PACE * 2);
        end("build", before);
        tell(
                "step.skipped",
                "{\"stepId\":\"native\",\"name\":\"Native image\",\"phase\":\"build\","
                        + "\"reason\":\"only on release branches\"}",
                PACE);
        tell("ai.artifact_created", "{\"name\":\"demo.jar\",\"size\":421888}", PACE);
        progress(45, "built");
    }

    private void verify() {
        int before = begin("test", "Running tests", "validation");
        print("test", "Running 42 tests", PACE);
        suite("GreetingTest", 18, true);
        suite("LanguagesTest", 16, true);
        suite("ClockTest", 8, false);
        print(
                "test",
                RED + BOLD + "FAILED" + PLAIN + RED + " ClockTest.strikesTwelve: expected 12, was 13" + PLAIN,
                PACE);
        tell(
                "step.failed",
                "{\"stepId\":\"test\",\"status\":\"failed\",\"error\":\"1 of 42 tests failed\",\"duration_ms\":"
                        + (millis() - before) + "}",
                PACE * 3);
        tell("ai.tool_called", "{\"tool\":\"read_file\",\"arguments\":{\"path\":\"ClockTest.java\"}}", PACE * 2);
        tell("ai.tool_called", "{\"tool\":\"explain\",\"arguments\":{\"test\":\"strikesTwelve\"}}", PACE * 2);
        tell("ai.tokens_used", "{\"input\":2143,\"output\":389}", PACE);
        before = begin("test", "Running tests", "validation");
        print("test", "Running 42 tests", PACE);
        suite("GreetingTest", 18, true);
        suite("LanguagesTest", 16, true);
        suite("ClockTest", 8, true);
        print("test", "Test suite passed: 42/42 🚀", PACE);
        end("test", before);
        progress(70, "tested");
    }

    private void review() {
        int before = begin("review", "Review of the changes", "validation");
        tell("ai.tool_called", "{\"tool\":\"review\",\"arguments\":{\"files\":7}}", PACE * 2);
        print("review", "Hello · Grüß Gott · Γειά σου · こんにちは · שלום · مرحبا · 👋🏽", PACE * 2);
        print("review", BOLD + "No objections." + PLAIN + " Colours: " + rainbow(), PACE);
        tell("ai.tokens_used", "{\"input\":5210,\"output\":742}", PACE);
        end("review", before);
        tell("gate.started", "{\"gate\":\"quality\"}", PACE * 4);
        tell("gate.passed", "{\"gate\":\"quality\",\"coverage\":0.93}", PACE);
        progress(85, "checked");
    }

    private void release() {
        int before = begin("publish", "Publishing the release", "release");
        bar("publish", "Uploading", 14);
        print("publish", GREEN + "✓" + PLAIN + " demo 1.4.0 is out", PACE);
        end("publish", before);
    }

    private int millis() {
        return Math.toIntExact(
                lines.stream().mapToLong(line -> line.pause.toMillis()).sum());
    }

    private int begin(String id, String name, String phase) {
        int before = millis();
        tell("step.started", "{\"stepId\":\"%s\",\"name\":\"%s\",\"phase\":\"%s\"}".formatted(id, name, phase), PACE);
        return before;
    }

    private void end(String id, int before) {
        tell(
                "step.completed",
                "{\"stepId\":\"%s\",\"status\":\"completed\",\"duration_ms\":%d}".formatted(id, millis() - before),
                PACE);
    }

    private void suite(String name, int tests, boolean passes) {
        String word = passes ? GREEN + "✓" + PLAIN : RED + "✗" + PLAIN;
        print("test", "  " + word + " " + name + GREY + " (" + tests + ")" + PLAIN, PACE * 2);
    }

    /** One line that is written again and again, as programs do on a terminal. */
    private void bar(String step, String what, int pieces) {
        for (int piece = 0; piece <= pieces; piece++) {
            int filled = BAR * piece / pieces;
            String bar = GREEN + "█".repeat(filled) + GREY + "░".repeat(BAR - filled) + PLAIN;
            String end = piece == pieces ? "\\n" : "";
            output(step, "\\r\\u001b[K%s %s %3d %%%s".formatted(what, bar, 100 * piece / pieces, end), PACE / 2);
        }
    }

    private static String rainbow() {
        StringBuilder text = new StringBuilder();
        for (String colour : RAINBOW) {
            text.append("\\u001b[38;2;").append(colour).append("m■");
        }
        return text + PLAIN;
    }

    private void print(String step, String line, int pause) {
        output(step, line + "\\n", pause);
    }

    /** @param chunk as it stands in JSON */
    private void output(String step, String chunk, int pause) {
        tell("step.output", "{\"stepId\":\"%s\",\"chunk\":\"%s\"}".formatted(step, chunk), pause);
    }

    private void progress(int percent, String message) {
        tell("job.progress", "{\"percent\":%d,\"message\":\"%s\"}".formatted(percent, message), PACE);
    }

    private void tell(String type, String data, int pause) {
        lines.add(new Line(NewEvent.of(type, data), Duration.ofMillis(pause)));
    }
}
