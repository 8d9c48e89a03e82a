package dev.jobstream.tools;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A browser with one page, driven by its own protocol over the JDK's WebSocket: nothing that is not asked for
 * stands between a test and what the browser says. Used by one thread.
 */
public final class PageBrowser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Browser process;
    private final WebSocket socket;
    private final AtomicInteger commands = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    /** What went wrong on the page: exceptions, errors on the console, breaches of its policy. */
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private @Nullable String session;

    /** @param program see {@link Browser#program} */
    public PageBrowser(Path program) throws IOException {
        process = Browser.open(
                program,
                "about:blank",
                "--disable-dev-shm-usage",
                "--enable-precise-memory-info",
                "--hide-scrollbars",
                "--remote-debugging-port=0");
        Path told = process.profile().resolve("DevToolsActivePort");
        List<String> lines = Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Files.exists(told) ? Files.readAllLines(told) : List.<String>of(), all -> all.size() > 1);
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), new Messages())
                .join();
        String target = send("Target.createTarget", Map.of("url", "about:blank"))
                .get("targetId")
                .asString();
        session = send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asString();
        for (String domain : List.of("Page", "Runtime", "Log", "Performance")) {
            send(domain + ".enable", Map.of());
        }
    }

    /** A command of the protocol, and its result. */
    public JsonNode send(String method, Map<String, ?> parameters) {
        int id = commands.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        Map<String, Object> command = session == null
                ? Map.of("id", id, "method", method, "params", parameters)
                : Map.of("id", id, "method", method, "params", parameters, "sessionId", session);
        socket.sendText(JSON.writeValueAsString(command), true).join();
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Goes to an address, as if from nowhere; what was complained of before is forgotten. */
    public void open(String address) {
        send("Page.navigate", Map.of("url", "about:blank"));
        await("location.href === 'about:blank'");
        complaints.clear();
        send("Page.navigate", Map.of("url", address));
        await("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /** What an expression is on the page; it may be a promise. */
    public JsonNode evaluate(String expression) {
        JsonNode answer = send(
                "Runtime.evaluate",
                Map.of("expression", expression, "returnByValue", true, "awaitPromise", true, "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(answer.get("exceptionDetails").toString());
        }
        return answer.path("result").path("value");
    }

    /** The text of the first element that a selector finds; empty if there is none. */
    public String text(String selector) {
        return evaluate("document.querySelector('" + selector + "')?.textContent ?? ''")
                .asString();
    }

    /** The texts of all elements that a selector finds. */
    public List<String> texts(String selector) {
        return evaluate("[...document.querySelectorAll('" + selector + "')].map(each => each.textContent)")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    /** Until an expression is true on the page. */
    public void await(String condition) {
        Awaitility.await(condition)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions() // of a page that is being left
                .until(() -> evaluate("!!(" + condition + ")").asBoolean());
    }

    /** Clicks on the first element that a selector finds. */
    public void click(String selector) {
        evaluate("document.querySelector('" + selector + "').click()");
    }

    /**
     * Changes what the page is shown in, in pixels.
     *
     * @param theme {@code light} or {@code dark}
     */
    public void show(int width, int height, String theme) {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
        // What has changed is there two frames later.
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
    }

    /** What is seen of the page, as PNG. */
    public byte[] screenshot() {
        return Base64.getDecoder()
                .decode(send("Page.captureScreenshot", Map.of("format", "png"))
                        .get("data")
                        .asString());
    }

    /** What went wrong on the page since it was opened. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        process.close();
    }

    private final class Messages implements WebSocket.Listener {

        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                JsonNode message = JSON.readTree(parts.toString());
                parts.setLength(0);
                hear(message);
            }
            webSocket.request(1);
            return null;
        }

        private void hear(JsonNode message) {
            if (message.has("id")) {
                CompletableFuture<JsonNode> answer =
                        Objects.requireNonNull(answers.remove(message.get("id").asInt()));
                if (message.has("error")) {
                    answer.completeExceptionally(
                            new IllegalStateException(message.get("error").toString()));
                } else {
                    answer.complete(message.get("result"));
                }
                return;
            }
            JsonNode told = message.path("params");
            switch (message.path("method").asString("")) {
                case "Runtime.exceptionThrown" -> complaints.add(told.toString());
                case "Runtime.consoleAPICalled" -> {
                    if (told.path("type").asString("").equals("error")) {
                        complaints.add(told.toString());
                    }
                }
                case "Log.entryAdded" -> {
                    JsonNode entry = told.path("entry");
                    // A refusal, or a connection that is cut, is what the tests are about.
                    if (entry.path("level").asString("").equals("error")
                            && !entry.path("source").asString("").equals("network")) {
                        complaints.add(entry.toString());
                    }
                }
                default -> {}
            }
        }
    }
}
