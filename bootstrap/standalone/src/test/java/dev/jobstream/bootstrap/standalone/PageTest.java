package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.Browser;
import dev.jobstream.tools.NotTested;
import dev.jobstream.tools.PageBrowser;
import dev.jobstream.tools.Proxy;
import dev.jobstream.tools.TokenMint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page in a browser, against a real server. */
class PageTest {

    private static final Path AXE = Path.of("src", "test", "clients", "node_modules", "axe-core", "axe.min.js");
    private static final Path DOCS = Path.of("..", "..", "docs");
    private static final boolean RECORDS = Boolean.getBoolean("jobstream.page.record");
    private static final String ENDED = "document.querySelector('#connection').dataset.state === 'ended'";
    private static final String LIVE = "document.querySelector('#connection').dataset.state === 'live'";
    private static final String FRAMES = """
            window.frames_ = [];
            window.tasks_ = [];
            new PerformanceObserver(list => window.tasks_.push(...list.getEntries().map(task => task.duration)))
              .observe({type: 'longtask'});
            { let last = performance.now();
              const next = now => { window.frames_.push(now - last); last = now; requestAnimationFrame(next); };
              requestAnimationFrame(next); }
            """;

    private static RunningServer server;
    private static PageBrowser browser;
    private static final AtomicInteger jobs = new AtomicInteger();

    @BeforeAll
    static void start() throws IOException {
        Path program = Browser.program().orElse(null);
        Assumptions.assumeTrue(program != null);
        server = RunningServer.start("jobstream.heartbeat=1s");
        browser = new PageBrowser(program);
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
            server.close();
        }
    }

    @AfterEach
    void nothingWentWrongOnThePage() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static JobId newJob() {
        return new JobId("page-" + jobs.incrementAndGet());
    }

    private static void open(int port, JobId job, String token) {
        browser.show(1440, 900, "light");
        browser.open("http://localhost:" + port + "/#job=" + job + "&token=" + token);
    }

    private static void open(JobId job) {
        open(server.port(), job, RunningServer.token());
        browser.await(LIVE);
    }

    private static void publish(JobId job, String type, String data) {
        server.publisher().publish(job, NewEvent.of(type, data));
    }

    private static NewEvent output(String step, String text) {
        return NewEvent.of(
                "step.output", JsonMapper.shared().writeValueAsString(Map.of("stepId", step, "chunk", text)));
    }

    private static List<NewEvent> numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> output("build", "line " + number + "\n"))
                .toList();
    }

    private static List<NewEvent> demo() {
        return DemoScript.of(List.of("demo-6", "demo-5")).stream()
                .map(DemoScript.Line::event)
                .toList();
    }

    /** The text of all rows, whether they are elements or not. */
    private static String log() {
        return browser.evaluate("""
                        (async () => {
                          let text;
                          const write = navigator.clipboard.writeText;
                          navigator.clipboard.writeText = async copied => { text = copied; };
                          document.querySelector('#copy').click();
                          await Promise.resolve();
                          navigator.clipboard.writeText = write;
                          return text;
                        })()""").asString();
    }

    private static void assertNumbered(int lines) {
        assertThat(log().lines().toList())
                .isEqualTo(IntStream.range(0, lines)
                        .mapToObj(number -> "line " + number)
                        .toList());
    }

    @Test
    void showsAJobFromItsStartToItsEnd() {
        JobId job = newJob();
        open(job);
        assertThat(browser.evaluate("location.href").asString()).endsWith("/#job=" + job);
        assertThat(browser.text("#job-state")).isEqualTo("Waiting");
        List<NewEvent> events = demo();
        server.publisher().publish(job, events.subList(0, events.size() - 1));
        browser.await("document.title.startsWith('Running – Demo')");

        server.publisher().publish(job, events.subList(events.size() - 1, events.size()));
        browser.await(ENDED);
        browser.await("document.title.startsWith('Completed – Demo')");
        assertThat(browser.text("#job-state")).isEqualTo("Completed");
        assertThat(browser.texts("#steps .phase")).containsExactly("preparation", "build", "validation", "release");
        assertThat(browser.texts("#steps .step .name"))
                .containsExactly(
                        "Fetching the sources",
                        "Resolving dependencies",
                        "Compiling",
                        "Native image",
                        "Running tests",
                        "Review of the changes",
                        "Publishing the release");
        assertThat(browser.texts("#steps .step[data-state=completed]")).hasSize(6);
        assertThat(browser.texts("#steps .step .more")).contains("attempt 2");
        assertThat(browser.text("#gates")).contains("quality", "coverage 0.93");
        assertThat(browser.text("#tokens")).contains("input tokens7,353", "output tokens1,131");
        assertThat(browser.text("#tools")).contains("review", "explain", "demo.jar");
        assertThat(browser.texts("#runs a")).containsExactly("demo-6", "demo-5");

        browser.click("#steps .step:nth-of-type(1)");
        browser.await("document.querySelector('#log-name').textContent === 'Fetching the sources'");
        assertThat(log())
                .contains("Receiving objects ████████████████████████ 100 %")
                .doesNotContain("50 %");
        assertThat(log().lines()).hasSize(4);
        browser.click("#tab-raw");
        browser.await("document.querySelectorAll('#log .row').length > 50");
        assertThat(log().lines().toList().get(0)).contains("\"event\":\"job.created\",\"data\":{\"name\":\"Demo");
    }

    /** Each in pieces of every length, since a stream is cut anywhere. */
    @Test
    void outputIsReadAsATerminalDoesAndAStreamAsTheStandardSays() {
        open(newJob());
        String cases = """
                [
                  ['10%\\r\\x1b[K50%\\r100%\\ndone', ['100%', 'done']],
                  ['long text\\rshort', ['shorttext']],
                  ['ab\\b\\bX\\n\\ty', ['Xb', '        y']],
                  ['a\\nb\\nc\\n\\x1b[3A\\x1b[2KA\\x1b[2Bend', ['A', 'b', 'cend']],
                  ['x\\x1b]0;title\\x07y\\x1b]8;;http://x\\x1b\\\\z', ['xyz']],
                  ['\\x1b[31mred\\x1b[0m \\x1b[38;2;1;2;3mrgb\\x1b[38:5:9mx\\x1b[m', ['red rgbx']],
                  ['a\\x1b[5Gb\\x1b[1K', ['     ']],
                  ['one\\ntwo\\x1b[A\\x1b[J', ['one', '']],
                  ['\\u202eabc', ['\\ufffdabc']],
                ]""";
        JsonNode differences = browser.evaluate("""
                (async () => {
                  const files = document.querySelector('script').src.replace('main.js', '');
                  const {Terminal} = await import(files + 'terminal.js');
                  const {SseParser} = await import(files + 'sse.js');
                  const wrong = [];
                  for (const [text, rows] of CASES) for (let size = 1; size <= text.length; size++) {
                    const terminal = new Terminal();
                    for (let at = 0; at < text.length; at += size) terminal.write(text.slice(at, at + size));
                    const seen = [];
                    for (let row = 0; row < terminal.end; row++) seen.push(terminal.at(row).text);
                    if (JSON.stringify(seen) !== JSON.stringify(rows)) wrong.push([text, size, seen]);
                  }
                  const stream = 'retry: 7\\r\\n: c\\r\\n\\r\\nid: 1\\revent: a\\rdata: x\\r\\rid: 2\\n\\ndata:y\\ndata:  z\\nother: 1\\n\\nid: no\\0\\ndata\\n\\ndata: lost';
                  const expected = '[7,{"id":"1","event":"a","text":"x"},{"id":null,"event":"message","text":"y\\\\n z"},'
                    + '{"id":null,"event":"message","text":""}]';
                  for (let size = 1; size <= stream.length; size++) {
                    const seen = [];
                    const parser = new SseParser({event: event => seen.push(event), retry: millis => seen.push(millis)});
                    for (let at = 0; at < stream.length; at += size) parser.feed(stream.slice(at, at + size));
                    if (JSON.stringify(seen) !== expected || parser.lastEventId !== '2') wrong.push([size, seen, parser.lastEventId]);
                  }
                  return wrong.slice(0, 5).map(each => JSON.stringify(each));
                })()""".replace("CASES", cases));
        assertThat(differences.valueStream().map(JsonNode::asString)).isEmpty();
    }

    @Test
    void aLinkLeadsToALineAndASearchFindsOne() {
        JobId job = newJob();
        server.publisher().publish(job, numbered(0, 900));
        browser.show(1440, 900, "light");
        browser.open("http://localhost:" + server.port() + "/#job=" + job + "&step=build&line=301&token="
                + RunningServer.token());
        browser.await("document.querySelector('.row.selected')?.textContent === '301line 300'");
        browser.evaluate("{ const query = document.querySelector('#query'); query.value = 'LINE 77';"
                + " query.dispatchEvent(new Event('input')); }");
        browser.await("document.querySelector('#found').textContent === '11'");
        browser.evaluate("document.querySelector('#find').requestSubmit()");
        browser.await("document.querySelector('.row.selected mark')?.textContent === 'line 77'");
        assertThat(browser.text(".row.selected .text")).isEqualTo("line 770");
    }

    @Test
    void earlierEventsAreLoadedPageByPage() {
        JobId job = newJob();
        server.publisher().publish(job, numbered(0, 1_000));
        server.publisher().publish(job, numbered(1_000, 2_000));
        server.publisher().publish(job, numbered(2_000, 2_500));
        open(job);
        browser.await("!document.querySelector('#earlier').hidden");
        assertThat(log()).startsWith("line 500\n");
        browser.click("#earlier");
        server.publisher().publish(job, numbered(2_500, 2_600));
        browser.await("document.querySelector('#earlier').hidden");
        browser.await("[...document.querySelectorAll('#log .row')].at(-1)?.textContent === '2600line 2599'");
        assertNumbered(2_600);
    }

    @Test
    void aConnectionThatIsCutGoesOnWhereItWas() throws IOException {
        JobId job = newJob();
        try (Proxy proxy = new Proxy(server.port())) {
            open(proxy.port(), job, RunningServer.token());
            browser.await(LIVE);
            for (int cut = 0; cut < 3; cut++) {
                server.publisher().publish(job, numbered(cut * 200, cut * 200 + 200));
                if (cut == 1) {
                    proxy.refuse(true);
                    browser.await("document.querySelector('#connection').dataset.state === 'waiting'");
                    assertThat(browser.text("#banner")).contains("Not connected");
                    proxy.refuse(false);
                } else {
                    proxy.cut();
                }
                browser.await("document.querySelector('#connection').dataset.state === 'waiting'");
                browser.click("#banner-action");
                browser.await(LIVE);
            }
            publish(job, "job.failed", "{}");
            browser.await(ENDED);
            browser.await("document.querySelector('#job-state').textContent === 'Failed'");
            assertNumbered(600);
            assertThat(browser.texts("#gaps li")).isEmpty();
        }
    }

    @Test
    void whatIsMissingIsToldWhereItIs() throws Exception {
        JobId job = newJob();
        try (ServerProcess other = ServerProcess.start(
                        "spring.security.oauth2.resourceserver.jwt.public-key-location=file:"
                                + RunningServer.MINT.publicKey(),
                        "spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE);
                Proxy proxy = new Proxy(other.awaitPort())) {
            open(proxy.port(), job, RunningServer.token());
            browser.await(LIVE);
            post(
                    proxy.port(),
                    job,
                    "{\"event\":\"step.output\",\"data\":{\"stepId\":\"build\",\"chunk\":\"before\\n\"}}");
            browser.await("document.querySelector('#log .row')?.textContent === '1before'");

            other.kill(); // With all that it had in memory.
            browser.await("document.querySelector('#connection').dataset.state === 'waiting'");
            proxy.leadTo(server.port());
            server.publisher().publish(job, output("build", "after\n"));
            browser.click("#banner-action");
            browser.await(LIVE);
            browser.await("document.querySelectorAll('#log .row').length === 3");
            assertThat(browser.texts("#log .text")).containsExactly("before", "── events are missing here ──", "after");
            assertThat(browser.texts("#gaps li")).singleElement().asString().contains("build");
            assertThat(browser.text("#connection")).contains("1 gap");
        }
    }

    private static void post(int port, JobId job, String body) throws Exception {
        java.net.http.HttpResponse<String> answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(java.net.URI.create(
                                        "http://localhost:" + port + "/runner-jobs/" + job + "/events"))
                                .header("Authorization", "Bearer " + RunningServer.token())
                                .header("Content-Type", "application/json")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
    }

    @Test
    void aTokenThatIsRefusedOrHasExpiredIsAskedForAgain() {
        JobId job = newJob();
        publish(job, "job.started", "{}");
        open(server.port(), job, "no.good.token");
        browser.await("document.querySelector('#token-dialog').open");
        assertThat(browser.text("#token-why")).contains("not valid");
        giveToken(RunningServer.token(
                claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(2)))));
        browser.await("document.querySelector('#token-dialog').open");
        assertThat(browser.text("#token-why")).contains("expired");
        giveToken(RunningServer.token());
        browser.await(LIVE);
        assertThat(browser.text("#job-state")).isEqualTo("Running");
        assertThat(browser.evaluate("location.href").asString()).doesNotContain("token");
        giveToken(RunningServer.token(claims -> claims.claim("jobs", List.of("another"))));
        browser.await("document.querySelector('#connection').dataset.state === 'refused'");
    }

    private static void giveToken(String token) {
        browser.evaluate(
                "{ if (!document.querySelector('#token-dialog').open) document.querySelector('#token-open').click();"
                        + " document.querySelector('#token').value = '" + token + "';"
                        + " document.querySelector('#token-form').requestSubmit(); }");
    }

    @Test
    void nothingThatAPublisherSaysIsMoreThanText() {
        JobId job = newJob();
        open(job);
        browser.evaluate(FRAMES);
        String evil = "\"><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>"
                + "<svg onload=window.pwned=1>\u202Eevil\u2066 javascript:window.pwned=1";
        Map<String, Object> data = Map.of(
                "stepId",
                evil,
                "name",
                evil,
                "phase",
                evil,
                "message",
                evil,
                "error",
                evil,
                "gate",
                evil,
                "tool",
                evil,
                "arguments",
                Map.of(evil, evil),
                "previous",
                List.of(evil, "javascript:window.pwned=1"),
                "chunk",
                evil);
        String all = JsonMapper.shared().writeValueAsString(data);
        for (String type : List.of(
                "job.created",
                "job.started",
                "job.progress",
                "step.started",
                "step.progress",
                "step.output",
                "step.failed",
                "gate.started",
                "gate.failed",
                "ai.tool_called",
                "ai.tokens_used",
                "ai.artifact_created",
                "any.other")) {
            publish(job, type, all);
        }
        publish(job, "step.output", "{\"stepId\":{\"a\":1},\"chunk\":7}");
        publish(job, "step.output", "{\"stepId\":\"__proto__\",\"chunk\":\"x\\n\"}");
        String bomb =
                "\u001b[38;2;9;200;9mX\u001b[7mY\u001b[0m\u001b[999999999CZ\u001b[999999999A\u001b[2J\r".repeat(2_000);
        server.publisher().publish(job, output("bomb", bomb));
        server.publisher()
                .publish(
                        job,
                        output("bomb", "\u001b]8;;javascript:window.pwned=1\u0007link\u001b]0;" + "t".repeat(9_000)));
        server.publisher().publish(job, output("bomb", "\n".repeat(100_000)));
        for (int part = 0; part < 50; part++) { // a line of 10 MB
            server.publisher().publish(job, output("long", "0123456789".repeat(20_000)));
        }
        for (int step = 0; step < 5_000; step += 500) {
            List<NewEvent> steps = new ArrayList<>();
            for (int number = step; number < step + 500; number++) {
                steps.add(NewEvent.of(
                        "step.started", "{\"stepId\":\"s" + number + "\",\"phase\":\"p" + number % 7 + "\"}"));
            }
            server.publisher().publish(job, steps);
        }
        publish(job, "job.completed", all);
        browser.await(ENDED);
        browser.await("document.querySelector('#job-state').textContent === 'Completed'");
        for (String tab : List.of("#tab-events", "#tab-raw", "#tab-output")) {
            browser.click(tab);
            browser.await("document.querySelectorAll('#log .row').length > 0");
        }
        assertThat(browser.evaluate("window.pwned === undefined").asBoolean()).isTrue();
        assertThat(browser.evaluate(
                                "document.querySelectorAll('main img, main script, [onerror], [onload], a[href^=java]').length")
                        .asInt())
                .isZero();
        assertThat(browser.evaluate("document.body.textContent.includes('\\u202e')")
                        .asBoolean())
                .isFalse();
        assertThat(browser.evaluate("document.querySelectorAll('*').length").asInt())
                .as("elements")
                .isLessThan(15_000);
        tellFrames("A hostile job");
    }

    private static void tellFrames(String of) {
        JsonNode told = browser.evaluate("""
                (() => {
                  const sorted = window.frames_.toSorted((a, b) => a - b);
                  const at = part => Math.round(sorted[Math.floor((sorted.length - 1) * part)]);
                  return {frames: sorted.length, half: at(0.5), most: at(0.99), longest: at(1),
                    task: Math.round(Math.max(0, ...window.tasks_)),
                    heap: Math.round(performance.memory.usedJSHeapSize / 1e6), elements: document.querySelectorAll('*').length};
                })()""");
        System.out.printf(
                "%s: %s frames, half within %s ms, 99 %% within %s ms, the longest %s ms; longest task of the page %s ms; heap %s MB, %s elements.%n",
                of,
                told.get("frames"),
                told.get("half"),
                told.get("most"),
                told.get("longest"),
                told.get("task"),
                told.get("heap"),
                told.get("elements"));
    }

    @Test
    void aHundredThousandLinesAreRowsOfAFewElements() throws Exception {
        JobId job = newJob();
        open(job);
        browser.evaluate(FRAMES);
        int live = 5_000;
        AtomicInteger next = new AtomicInteger();
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        try { // 1,000 lines a second
            thread.scheduleAtFixedRate(
                    () -> {
                        int from = next.getAndAdd(20);
                        if (from < live) {
                            server.publisher().publish(job, numbered(from, from + 20));
                        }
                    },
                    0,
                    20,
                    TimeUnit.MILLISECONDS);
            browser.await("[...document.querySelectorAll('#log .row')].at(-1)?.textContent === '5000line 4999'");
        } finally {
            thread.shutdownNow();
            assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        tellFrames("1,000 lines a second");
        browser.evaluate("window.frames_ = []; window.tasks_ = []; true");
        for (int from = live; from < 100_000; from += 1_000) {
            StringBuilder text = new StringBuilder();
            IntStream.range(from, from + 1_000)
                    .forEach(number -> text.append("line ").append(number).append('\n'));
            server.publisher().publish(job, output("build", text.toString()));
        }
        publish(job, "job.completed", "{}");
        browser.await("[...document.querySelectorAll('#log .row')].at(-1)?.textContent === '100000line 99999'");
        tellFrames("100,000 lines");
        assertThat(browser.evaluate("document.querySelectorAll('*').length").asInt())
                .as("elements")
                .isLessThan(10_000);
        assertNumbered(100_000);
        browser.evaluate("document.querySelector('#log').scrollTop = 0");
        browser.await("document.querySelector('#log .row')?.textContent === '1line 0'");
        assertThat(browser.evaluate("document.querySelector('#follow').ariaPressed")
                        .asString())
                .isEqualTo("false");
    }

    @Test
    void aJobOfTenThousandEventsIsSeenAtOnce() {
        JobId job = newJob();
        for (int from = 0; from < 10_000; from += 1_000) {
            server.publisher().publish(job, numbered(from, from + 1_000));
        }
        open(job);
        browser.await("[...document.querySelectorAll('#log .row')].at(-1)?.textContent.endsWith('line 9999')");
        JsonNode paint = browser.evaluate("""
                (() => {
                  const first = performance.getEntriesByType('navigation')[0].responseStart;
                  const stream = performance.getEntriesByType('resource').find(each => each.name.includes('/events/stream'));
                  const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime;
                  return {paint: Math.round(paint - first), stream: Math.round(stream?.responseStart - first)};
                })()""");
        System.out.printf("A job of 10,000 events: first paint %s ms after the first byte.%n", paint.get("paint"));
    }

    @Test
    void isAccessibleAndKeepsItsShapeInEveryWidthAndTheme() throws Exception {
        JobId job = new JobId("demo-7");
        List<NewEvent> events = demo();
        int retried = IntStream.range(0, events.size())
                .filter(i -> events.get(i).type().name().equals("gate.started"))
                .findFirst()
                .orElseThrow();
        server.publisher().publish(job, events.subList(0, retried + 1));
        boolean hasAxe = Files.exists(AXE);
        if (!hasAxe) {
            NotTested.say("axe-core. `npm ci` was not run in " + AXE.subpath(0, 3));
        }
        open(job);
        browser.await("document.querySelector('#gates').textContent.startsWith('quality')");
        browser.evaluate(
                "[...document.querySelectorAll('#steps .step')].find(each => each.textContent.startsWith('Running tests')).click()");
        browser.await("document.querySelectorAll('#log .row').length > 8");
        if (hasAxe) {
            browser.evaluate(Files.readString(AXE) + ";0");
        }
        for (String theme : List.of("light", "dark")) {
            for (int width : List.of(1440, 768, 360)) {
                browser.show(width, width == 1440 ? 900 : 800, theme);
                assertThat(browser.evaluate("document.documentElement.scrollWidth")
                                .asInt())
                        .as("%s at %d", theme, width)
                        .isLessThanOrEqualTo(width);
                if (hasAxe) {
                    assertThat(violations()).as("%s at %d", theme, width).isEmpty();
                }
                if (RECORDS && width == 1440) {
                    Files.write(DOCS.resolve("page-" + theme + ".png"), browser.screenshot());
                } else if (RECORDS) {
                    Files.write(Path.of("target", "page-" + theme + "-" + width + ".png"), browser.screenshot());
                }
            }
        }
        browser.click("#token-open");
        if (hasAxe) {
            assertThat(violations()).as("the dialog").isEmpty();
        }
    }

    private static List<String> violations() {
        return browser.evaluate("""
                        axe.run(document, {resultTypes: ['violations']}).then(result => result.violations
                          .filter(each => ['serious', 'critical'].includes(each.impact))
                          .map(each => each.id + ': ' + each.nodes.map(node => node.html + ' ' + node.failureSummary).join('; ')))""").valueStream().map(JsonNode::asString).toList();
    }
}
