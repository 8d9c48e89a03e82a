package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.StreamException;
import dev.jobstream.tools.Browser;
import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.ScriptedServer;
import dev.jobstream.tools.ScriptedServer.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients do, as docs/protocol.md has it in a table: each cell is tried, and compared to the page. */
class ClientsTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "protocol.md");
    private static final String HEAD = "| client |";

    /** In which a client that comes back has done so: their own delays are up to 3 s. */
    private static final int COMES_BACK_WITHIN_MILLIS = 6_000;

    /** In which a client comes for the first time: eight browsers may start at once. */
    private static final int COMES_WITHIN_MILLIS = 60_000;

    private static final String SOON = "retry: 20\n\n";
    private static final String EVENT = "id: 7-0\nevent: step.output\ndata: {}\n\n";

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /** Follows a stream until it is closed or stops by itself. */
    private interface Client {

        AutoCloseable follow(URI uri) throws IOException;
    }

    private Map<String, Client> clients() {
        Map<String, Client> clients = new LinkedHashMap<>();
        clients.put("okhttp-eventsource, `alwaysContinue`", this::okhttp);
        clients.put("JDK `HttpClient`", this::jdk);
        if (ChildProcess.program("curl").isPresent()) {
            clients.put("`curl -N`", uri -> process("curl", "-sN", uri.toString()));
        }
        if (NodeClients.areThere()) {
            clients.put("npm `eventsource`", uri -> node("eventsource.js", uri));
            clients.put("fetch-event-source, `onclose` throws", uri -> node("fetch-event-source.js", uri));
        }
        URI page = NodeClients.DIRECTORY.resolve("browser.html").toUri();
        Browser.program()
                .ifPresent(program ->
                        clients.put("Chromium `EventSource`", uri -> Browser.open(program, page + "#" + uri)));
        return clients;
    }

    private AutoCloseable okhttp(URI uri) {
        EventSource source = new EventSource.Builder(ConnectStrategy.http(uri))
                .errorStrategy(ErrorStrategy.alwaysContinue())
                .build();
        threads.execute(() -> {
            try {
                source.start();
                source.anyEvents().forEach(event -> {});
            } catch (StreamException e) {
                // Closed, as was asked for.
            }
        });
        return source;
    }

    private AutoCloseable jdk(URI uri) {
        Future<?> following = threads.submit(() -> HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()));
        return () -> following.cancel(true);
    }

    private static AutoCloseable node(String script, URI uri) throws IOException {
        return process(NodeClients.command(script, uri.toString()).toArray(String[]::new));
    }

    private static AutoCloseable process(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return () -> process.destroyForcibly().waitFor();
    }

    /** The table's cells for a client, in the order of its columns. */
    private List<String> tried(Client client) throws InterruptedException, ExecutionException {
        List<Future<String>> cells = new ArrayList<>();
        cells.add(threads.submit(() -> resumes(client)));
        cells.add(threads.submit(() -> remembersAnIdAlone(client)));
        cells.add(threads.submit(() -> comesBack(client, Answer.stream(SOON + EVENT), new Answer(204, null))));
        cells.add(threads.submit(() -> comesBack(client, new Answer(401, null))));
        cells.add(threads.submit(() -> comesBack(client, new Answer(503, null))));
        cells.add(threads.submit(() -> comesBack(
                client,
                Answer.stream("retry: 20\nevent: stream.closing\n"
                        + "data: {\"reason\":\"shutdown\",\"reconnect\":true}\n\n"))));
        cells.add(threads.submit(() -> keepsRetry(client)));
        List<String> seen = new ArrayList<>();
        for (Future<String> cell : cells) {
            seen.add(cell.get());
        }
        return seen;
    }

    private String resumes(Client client) throws Exception {
        try (ScriptedServer server = new ScriptedServer(Answer.stream(SOON + EVENT));
                AutoCloseable ignored = client.follow(server.uri())) {
            if (!comesTwice(server)) {
                return "–";
            }
            return server.lastEventId(1).equals("7-0") ? "yes" : "no";
        }
    }

    private String remembersAnIdAlone(Client client) throws Exception {
        try (ScriptedServer server = new ScriptedServer(Answer.stream("retry: 20\nid: 5-0\n\n"));
                AutoCloseable ignored = client.follow(server.uri())) {
            if (!comesTwice(server)) {
                return "–";
            }
            return server.lastEventId(1).equals("5-0") ? "remembered" : "forgotten";
        }
    }

    private static void come(ScriptedServer server) throws InterruptedException {
        if (!server.isAsked(1, COMES_WITHIN_MILLIS)) {
            throw new AssertionError("it never came");
        }
    }

    private static boolean comesTwice(ScriptedServer server) throws InterruptedException {
        come(server);
        return server.isAsked(2, COMES_BACK_WITHIN_MILLIS);
    }

    private String comesBack(Client client, Answer... answers) throws Exception {
        try (ScriptedServer server = new ScriptedServer(answers);
                AutoCloseable ignored = client.follow(server.uri())) {
            int asked = (int) Stream.of(answers).count();
            come(server);
            return server.isAsked(asked + 1, COMES_BACK_WITHIN_MILLIS) ? "comes back" : "ends";
        }
    }

    /** A minute is longer than this test waits, and than any client's own delay. */
    private String keepsRetry(Client client) throws Exception {
        try (ScriptedServer server = new ScriptedServer(Answer.stream("retry: 60000\n\n" + EVENT));
                AutoCloseable ignored = client.follow(server.uri())) {
            boolean soon = comesTwice(server);
            boolean ever = comesBack(client, Answer.stream(SOON + EVENT)).equals("comes back");
            return !ever ? "–" : soon ? "no" : "yes";
        }
    }

    private static Map<String, List<String>> table() throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith(HEAD))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> List.of(line.substring(1, line.length() - 1).split("\\|")))
                .forEach(cells -> rows.put(
                        cells.get(0).strip(),
                        cells.subList(1, cells.size()).stream()
                                .map(String::strip)
                                .toList()));
        return rows;
    }

    @Test
    void theTableSaysWhatTheyDo() throws Exception {
        Map<String, List<String>> said = table();
        Map<String, Future<List<String>>> trying = new LinkedHashMap<>();
        clients().forEach((name, client) -> trying.put(name, threads.submit(() -> tried(client))));
        Map<String, List<String>> seen = new LinkedHashMap<>();
        for (Map.Entry<String, Future<List<String>>> each : trying.entrySet()) {
            seen.put(each.getKey(), each.getValue().get());
        }

        assertThat(said).containsAllEntriesOf(seen);
        assertThat(said.keySet())
                .as("rows that nothing here can try")
                .isSubsetOf(
                        "okhttp-eventsource, `alwaysContinue`",
                        "JDK `HttpClient`",
                        "`curl -N`",
                        "npm `eventsource`",
                        "Chromium `EventSource`",
                        "fetch-event-source, `onclose` throws");
    }
}
