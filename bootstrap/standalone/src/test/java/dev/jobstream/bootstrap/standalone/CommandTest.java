package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.bootstrap.standalone.JobstreamCommand.Ended;
import dev.jobstream.bootstrap.standalone.JobstreamCommand.Running;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.NotTested;
import dev.jobstream.tools.ScriptedServer;
import dev.jobstream.tools.ScriptedServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command at a server that is there: what it prints, what it publishes, and how it ends. */
class CommandTest {

    private static RunningServer server;

    private final String job = "job-" + UUID.randomUUID();

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JobstreamCommand jobstream() {
        return new JobstreamCommand(server.port());
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(RunningServer.PATIENCE);
    }

    private void publish(String type, String json) {
        server.publisher().publish(new JobId(job), NewEvent.of(type, json));
    }

    private String events() throws IOException, InterruptedException {
        return jobstream().run("watch", job, "--json").output();
    }

    // served

    @Test
    void theServerGivesItToWhoHasNoToken() throws Exception {
        HttpResponse<byte[]> response = get("X-Nothing", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/x-shellscript;charset=UTF-8");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(response.body()).isEqualTo(Files.readAllBytes(JobstreamCommand.SCRIPT));
        String tag = response.headers().firstValue("ETag").orElseThrow();
        assertThat(get("If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    private static HttpResponse<byte[]> get(String header, String value) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + CommandController.PATH);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri).header(header, value).build(),
                        HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void itsHelpFitsAScreen() throws Exception {
        assertThat(jobstream().run("--help").succeeds().output().lines())
                .hasSizeLessThanOrEqualTo(24)
                .allMatch(line -> line.length() <= 80);
    }

    @Test
    void shellcheckHasNothingToSay() throws Exception {
        if (ChildProcess.program("shellcheck").isEmpty()) {
            NotTested.say("the command, by shellcheck, which is not on this machine");
            return;
        }
        Process shellcheck = new ProcessBuilder("shellcheck", "-s", "sh", JobstreamCommand.SCRIPT.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(shellcheck.getInputStream().readAllBytes(), UTF_8))
                .isEmpty();
        assertThat(shellcheck.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"watch", "watch a/b", "watch ..", "watch j --tail x", "run j", "publish j", "publish j E", "x"})
    void whatCannotBeMeantIsToldAtOnce(String words) throws Exception {
        Ended ended = jobstream().run(words.split(" ")).endsWith(64);
        assertThat(ended.errors()).startsWith("jobstream: ").contains("--help");
        assertThat(ended.bytes()).isEmpty();
    }

    // everywhere

    /** What is no UTF-8, and what a shell, an awk or JSON could take for something else. */
    private static byte[] awkward(int lines) {
        Random random = new Random(18);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < lines; i++) {
            byte[] some = new byte[20];
            random.nextBytes(some);
            all.writeBytes(
                    ("line " + i + " \"q\" \\ \\\\ \\n %s $x `x` é ✓ 😀 \u2028\u0085</script>\n").getBytes(UTF_8));
            all.writeBytes(some);
            all.writeBytes(new byte[] {0, 1, 8, 9, 12, 13, 10, 27, '[', '1', 'm', 31, 127, (byte) 0xF0, (byte) 0x9F});
        }
        all.writeBytes("é".repeat(40_000).getBytes(UTF_8)); // longer than a chunk
        all.write(0xE2); // and an end inside a character
        return all.toByteArray();
    }

    /** How many U+FFFD stand for bytes that are no character is not laid down: decoders differ. */
    private static String asText(byte[] bytes) {
        return new String(bytes, UTF_8).replaceAll("\uFFFD+", "\uFFFD");
    }

    /** Each shell with each awk that is here. */
    @Test
    void whatRunPrintsWatchPrintsWithEveryShellAndAwk() throws Exception {
        byte[] printed = awkward(100);
        Path file = Files.write(directory.resolve("printed"), printed);
        List<String> missing = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (String shell : List.of("dash", "bash", "busybox sh", "zsh")) {
                for (String awk : List.of("mawk", "gawk", "busybox", "original-awk")) {
                    String with = shell + " with " + awk;
                    Path program = ChildProcess.program(awk).orElse(null);
                    if (program == null
                            || ChildProcess.program(shell.split(" ")[0]).isEmpty()) {
                        missing.add(with);
                        continue;
                    }
                    String one = job + "-" + all.size();
                    all.add(threads.submit(() -> {
                        Ended ran = command(shell, program).run("run", one, "--job", "--", "cat", file.toString());
                        assertThat(ran.succeeds().bytes()).as(with).isEqualTo(printed);
                        Ended watched = command(shell, program).run("watch", "--text", one);
                        assertThat(asText(watched.succeeds().bytes())).as(with).isEqualTo(asText(printed));
                        assertThat(ran.errors() + watched.errors()).as(with).isEmpty();
                        return null;
                    }));
                }
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(all).isNotEmpty();
        } finally {
            threads.shutdownNow();
        }
        if (!missing.isEmpty()) {
            NotTested.say("the command with " + String.join(", ", missing));
        }
    }

    private static JobstreamCommand command(String shell, Path awk) throws IOException {
        return new JobstreamCommand(server.port(), List.of(shell.split(" "))).withProgram("awk", awk);
    }

    // watch

    @ParameterizedTest
    @CsvSource({"job.completed, 0", "job.failed, 1", "job.cancelled, 2"})
    void watchEndsAsTheJobDid(String end, int status) throws Exception {
        publish("job.started", "{}");
        publish(end, "{}");
        jobstream().run("watch", job).endsWith(status);
    }

    @Test
    void watchShowsStepsAndOutputOfAPerson() throws Exception {
        publish("job.started", "{}");
        publish(
                "step.started",
                "{\"stepId\":\"1\",\"name\":\"Te\\u001b[2Jst\\u009b\\n\\\"all\\\"\",\"x\":{\"name\":\"no\"}}");
        publish("step.output", "{\"a\":[\"chunk\"],\"stepId\":\"1\",\"chunk\":\"no \\ud83d\\ude00 line end\"}");
        publish("step.completed", "{\"duration_ms\":61500, \"stepId\":\"1\"}");
        publish("gate.passed", "{\"gate\":\"quality\"}");
        publish("job.completed", "{\"duration_ms\":8000}");
        assertThat(jobstream().run("watch", job).succeeds().output().lines())
                .containsExactly(
                        "==> job started",
                        "==> Te?[2Jst??\"all\": started",
                        "no 😀 line end",
                        "==> Te?[2Jst??\"all\": completed (1 min 1 s)",
                        "==> gate.passed {\"gate\":\"quality\"}",
                        "==> job completed (8.0 s)");
    }

    @Test
    void watchPrintsEnvelopesAsTheyWerePublished() throws Exception {
        publish("ai.tokens_used", "{\"n\":1.50, \"s\":\"\\u0041\\\\\"}");
        publish("job.completed", "{}");
        assertThat(events().lines().map(line -> line.replaceFirst("\"id\":\"[0-9-]+\"", "\"id\":\"\"")))
                .containsExactly(
                        "{\"id\":\"\",\"event\":\"ai.tokens_used\",\"data\":{\"n\":1.50, \"s\":\"\\u0041\\\\\"}}",
                        "{\"id\":\"\",\"event\":\"job.completed\",\"data\":{}}");
    }

    @Test
    void watchTellsOfAGapAndAsksForTheEndThatItHasNotSeen() throws Exception {
        String gap = "event: stream.gap\ndata: {\"after\":\"1-0\",\"resumesAt\":\"7-0\"}\n\n";
        String output = "id: 7-0\nevent: step.output\ndata: {\"chunk\":\"x\\n\"}\n\nid: 8-0\nevent: step.output\n";
        try (ScriptedServer scripted = new ScriptedServer(
                Answer.stream("retry: 1\n\n" + gap + output),
                new Answer(503, null),
                new Answer(204, null),
                Answer.stream("id: 9-0\nevent: job.cancelled\ndata: {}\n\n"))) {
            Ended ended = new JobstreamCommand(scripted.uri().getPort()).run("watch", job);
            assertThat(ended.endsWith(2).output()).isEqualTo("x\n");
            assertThat(ended.errors()).contains("events are missing here");
            // An event that was cut inside its block has not been seen.
            assertThat(scripted.lastEventId(1)).isEqualTo("7-0");
            assertThat(scripted.lastEventId(3)).isEmpty();
        }
    }

    @Test
    void watchIsRefusedOrGivesUp() throws Exception {
        Ended refused =
                jobstream().with("JOBSTREAM_TOKEN", "x").run("watch", job).endsWith(3);
        assertThat(refused.errors()).contains("refused: 401");
        new JobstreamCommand(1).run("watch", job, "--wait", "0").endsWith(4);
        jobstream().with("JOBSTREAM_URL", "foo://x").run("watch", job).endsWith(3);
    }

    @Test
    void watchThatIsTerminatedLeavesNothingBehind() throws Exception {
        publish("step.output", "{\"chunk\":\"there\\n\"}");
        try (Running watching = jobstream().start("watch", job)) {
            await().until(() -> watching.output().contains("there"));
            List<ProcessHandle> all = watching.process().descendants().toList();
            assertThat(all).isNotEmpty();
            watching.signal("TERM");
            watching.await().endsWith(143);
            await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    // run

    @Test
    void runPublishesAsItComesHoweverLongTheCommandIsSilent() throws Exception {
        try (Running watching = jobstream().start("watch", job);
                Running running = jobstream()
                        .start(
                                "run",
                                job,
                                "--job",
                                "--step",
                                "Ask",
                                "sh",
                                "-c",
                                "printf 'Name? '; read n; echo $n >&2")) {
            await().until(() -> watching.output().endsWith("Name? "));
            assertThat(running.output()).isEqualTo("Name? ");
            running.tell("Ada");
            Ended ran = running.await().succeeds();
            assertThat(ran.output()).isEqualTo("Name? ");
            assertThat(ran.errors()).isEqualTo("Ada\n");
            assertThat(watching.await().succeeds().output())
                    .startsWith("==> job started\n==> Ask: started\nName? Ada\n==> Ask: completed (");
        }
    }

    @Test
    void runEndsAsTheCommandThatIsKilled() throws Exception {
        jobstream()
                .run("run", job, "--job", "--", "sh", "-c", "echo x; kill -9 $$")
                .endsWith(137);
        assertThat(events())
                .contains("\"event\":\"step.failed\"", "\"exit_code\":137")
                .contains("\"event\":\"job.failed\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void runPassesASignalOnAndPublishesTheEnd(String signal) throws Exception {
        String command = "trap 'echo bye; exit 7' TERM INT HUP; echo ready; while :; do sleep 0.05; done";
        try (Running running = jobstream().start("run", job, "--job", "--", "sh", "-c", command)) {
            await().until(() -> running.output().contains("ready"));
            running.signal(signal);
            assertThat(running.await().endsWith(7).output()).isEqualTo("ready\nbye\n");
        }
        assertThat(events()).contains("bye", "\"exit_code\":7", "\"event\":\"job.cancelled\"");
    }

    @Test
    void runDoesNotWaitForWhatTheCommandLeavesRunning() throws Exception {
        Ended ended = jobstream().run("run", job, "--", "sh", "-c", "sleep 600 & echo $!");
        assertThat(ended.succeeds().errors()).contains("keeps its output open");
        ProcessHandle.of(Long.parseLong(ended.output().strip())).orElseThrow().destroy();
    }

    @Test
    void runDoesItsWorkWithoutAServer() throws Exception {
        Ended ended = new JobstreamCommand(1).run("run", job, "--wait", "0", "--", "sh", "-c", "echo x; exit 5");
        assertThat(ended.endsWith(5).output()).isEqualTo("x\n");
        assertThat(ended.errors()).contains("published only 0 of 2 bytes of output, and no end: curl");
        Ended refused = jobstream().with("JOBSTREAM_TOKEN", "x").run("run", job, "--", "echo", "x");
        assertThat(refused.succeeds().errors()).contains("published only 0 of 2 bytes of output, and no end: 401");
    }

    // publish

    @Test
    void publishPublishesOne() throws Exception {
        jobstream().run("publish", job, "gate.passed").succeeds();
        jobstream().run("publish", job, "job.failed", "{\"a\":\n1}").succeeds();
        assertThat(jobstream().run("publish", job, "job.failed").endsWith(3).errors())
                .contains("409");
        assertThat(events()).contains("\"event\":\"gate.passed\",\"data\":{}").contains("{\"a\": 1}");
        new JobstreamCommand(1)
                .run("publish", job, "gate.passed", "--wait", "0")
                .endsWith(4);
    }

    // secrets

    @Test
    void noListOfProcessesShowsTheToken() throws Exception {
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            NotTested.say("what the command shows of its token, for lack of /proc");
            return;
        }
        Path file = Files.writeString(directory.resolve("token"), RunningServer.token() + "\n");
        try (Running watching = jobstream().start("watch", job);
                Running running = jobstream()
                        .with("JOBSTREAM_TOKEN", "")
                        .start("run", "--token-file", file.toString(), job, "--job", "cat")) {
            await().until(() -> watching.output().contains("cat: started"));
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 50; i++) { // curl comes and goes with each of them
                running.tell("line");
                seen.addAll(commandLines());
            }
            assertThat(seen).anyMatch(line -> line.contains("curl"));
            assertThat(seen).noneMatch(line -> line.contains("eyJ"));
            running.process().getOutputStream().close();
            running.await().succeeds();
            watching.await().succeeds();
        }
    }

    private static List<String> commandLines() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            List<String> lines = new ArrayList<>();
            for (Path line :
                    processes.map(process -> process.resolve("cmdline")).toList()) {
                try {
                    String words = Files.readString(line, ISO_8859_1);
                    if (words.contains("curl") || words.contains("jobstream\0")) {
                        lines.add(words);
                    }
                } catch (IOException e) {
                    // no process, or one that has ended
                }
            }
            return lines;
        }
    }

    // docs/cli.md

    /** What stands in the page behind this comment. */
    private static String recipe(String name) throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "cli.md"));
        Matcher found = Pattern.compile("<!-- recipe: " + name + " -->\n```\\w*\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }

    /** A command with what recipes find: a job's name, a home with a token, and a program to run. */
    private JobstreamCommand cook() throws IOException {
        Files.writeString(directory.resolve("token"), RunningServer.token());
        Path backup = Files.writeString(directory.resolve("backup"), "#!/bin/sh\necho saved\n");
        assertThat(backup.toFile().setExecutable(true)).isTrue();
        Files.writeString(directory.resolve("Makefile"), recipe("make"));
        return jobstream()
                .in(directory)
                .with("JOB", job)
                .with("HOME", directory.toString())
                .withProgram("backup", backup);
    }

    @ParameterizedTest
    @CsvSource({"github, '(?s).*run: \\|', ''", "gitlab, '(?s).*script:', '- '"})
    void theRecipesForContinuousIntegrationWork(String name, String before, String bullet) throws Exception {
        if (isWithoutMake()) {
            return;
        }
        String script = recipe(name)
                .replaceFirst(before, "")
                .lines()
                .map(String::strip)
                .map(line -> line.startsWith(bullet) ? line.substring(bullet.length()) : line)
                .collect(Collectors.joining("\n"));
        assertThat(cook().runScript(script).succeeds().output()).contains("tested");
        assertThat(events()).contains("\"name\":\"Tests\"", "tested", "\"event\":\"job.completed\"");
    }

    @Test
    void theRecipeForMakeWorks() throws Exception {
        if (isWithoutMake()) {
            return;
        }
        cook().runScript("make JOB=\"$JOB\" all").succeeds();
        assertThat(events()).contains("compiled", "tested", "\"event\":\"job.completed\"");
    }

    private static boolean isWithoutMake() {
        if (ChildProcess.program("make").isPresent()) {
            return false;
        }
        NotTested.say("a recipe of docs/cli.md, for lack of make");
        return true;
    }

    @Test
    void theRecipesForWatchersWork() throws Exception {
        publish("step.output", "{\"chunk\":\"x\\n\"}");
        publish("step.completed", "{\"stepId\":\"fast\",\"duration_ms\":10}");
        publish("step.completed", "{\"stepId\":\"slow\",\"duration_ms\":1010}");
        publish("job.completed", "{}");
        assertThat(cook().runScript(recipe("tee")).succeeds().output()).isEqualTo("x\n");
        assertThat(directory.resolve("build.log")).hasContent("x\n");
        if (ChildProcess.program("jq").isPresent()) {
            assertThat(cook().runScript(recipe("jq")).succeeds().output()).isEqualTo("slow\n");
        } else {
            NotTested.say("a recipe of docs/cli.md, for lack of jq");
        }
    }

    @Test
    void theRecipeForCronWorks() throws Exception {
        String command = recipe("cron").replaceFirst("(\\S+ ){5}", "").replace("\\%", "%");
        String ofToday = command.replace("backup-$(date +%F)", "$JOB");
        assertThat(ofToday).isNotEqualTo(command);
        cook().with("JOBSTREAM_TOKEN", "").runScript(ofToday).succeeds();
        assertThat(events()).contains("\"name\":\"Backup\"", "saved", "\"event\":\"job.completed\"");
    }

    // completion

    @ParameterizedTest
    @CsvSource({"1, w, watch", "2, --j, --json --job", "3, job.c, job.completed job.cancelled"})
    void bashCompletes(int position, String word, String expected) throws Exception {
        if (ChildProcess.program("bash").isEmpty()) {
            NotTested.say("bash's completion, for lack of bash");
            return;
        }
        StringBuilder found = new StringBuilder();
        for (String verb : position == 1 ? List.of("") : position == 2 ? List.of("watch", "run") : List.of("publish")) {
            Ended ended = jobstream()
                    .runScript("bash -c 'eval \"$(jobstream completion bash)\"; COMP_WORDS=(jobstream "
                            + (position == 1 ? "" : verb + (position == 3 ? " j " : " ")) + word
                            + "); COMP_CWORD=" + position + "; _jobstream; echo ${COMPREPLY[@]}'");
            found.append(ended.succeeds().output().strip()).append(' ');
        }
        assertThat(found.toString().strip()).isEqualTo(expected);
    }

    @Test
    void zshTakesItsCompletion() throws Exception {
        if (ChildProcess.program("zsh").isEmpty()) {
            NotTested.say("zsh's completion, for lack of zsh");
            return;
        }
        assertThat(jobstream()
                        .runScript(
                                "zsh -fc 'autoload -U compinit; compinit -D -u; eval \"$(jobstream completion zsh)\";"
                                        + " echo ${_comps[jobstream]}'")
                        .succeeds()
                        .output())
                .isEqualTo("_jobstream\n");
    }
}
