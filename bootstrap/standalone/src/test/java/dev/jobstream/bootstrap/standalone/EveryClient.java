package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.SseParser;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Clients, each of which follows a job to its end through whatever is cut, with the means that it has for that. */
final class EveryClient {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Path FILES = ChildProcess.temporaryDirectory("jobstream-clients-");
    private static final int TRIES = 20;
    private static final int FINISHED = 1000;

    /** The server's, here. */
    static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** So many heartbeats without a word are taken for the end of a connection, by who has to look himself. */
    private static final int SILENT_BEATS = 5;

    /** Follows a job to its end by way of a port of this machine. */
    interface Follower {

        List<Told> follow(int port, String job) throws Exception;
    }

    /** One connection after another: whether the stream has come to its end. */
    private interface Attempt {

        boolean hear(String lastEventId, Consumer<Told> heard) throws Exception;
    }

    private EveryClient() {}

    /** By their names; less those that this machine does not have. */
    static Map<String, Follower> all() {
        Map<String, Follower> clients = new LinkedHashMap<>();
        clients.put(
                "curl, Server-Sent Events",
                (port, job) -> again((last, heard) -> {
                    Printed printed = curl(port, job, "text/event-stream", last);
                    Told.parser(heard).feed(printed.bytes, 0, printed.bytes.length);
                    return printed.status == 0;
                }));
        clients.put(
                "curl, NDJSON",
                (port, job) -> again((last, heard) -> {
                    Printed printed = curl(port, job, "application/x-ndjson", last);
                    Told.envelopes(printed.bytes, heard);
                    return printed.status == 0;
                }));
        clients.put("okhttp-eventsource", EveryClient::okhttp);
        clients.put("JDK HttpClient", (port, job) -> again((last, heard) -> jdk(port, job, last, heard)));
        clients.put("JDK WebSocket", (port, job) -> again((last, heard) -> socket(port, job, last, heard)));
        if (NodeClients.areThere()) {
            clients.put(
                    "npm eventsource",
                    (port, job) ->
                            script(Told::array, NodeClients::command, "every-event.js", url(port, job), types()));
            clients.put(
                    "npm ws",
                    (port, job) -> script(
                            Told::envelope,
                            NodeClients::command,
                            "every-message.js",
                            url(port, job).replace("http:", "ws:").replaceAll("stream$", "ws"),
                            List.of()));
        }
        if (PythonClients.areThere()) {
            clients.put(
                    "Python httpx-sse",
                    (port, job) -> script(
                            Told::array,
                            PythonClients::command,
                            "every_event.py",
                            url(port, job),
                            List.of(AwkwardEvents.LAST)));
        }
        return clients;
    }

    /** What a text stream prints: there is no position in it, so that nobody can resume it. */
    static byte[] text(int port, String job) throws Exception {
        Printed printed = curl(port, job, "text/plain", "");
        if (printed.status != 0) {
            throw new AssertionError("curl ended with " + printed.status);
        }
        return printed.bytes;
    }

    private static String url(int port, String job) {
        return "http://127.0.0.1:" + port + "/runner-jobs/" + job + "/events/stream";
    }

    /** The last one is said first. */
    static List<String> types() {
        List<String> types = AwkwardEvents.types();
        types.addAll(List.of("stream.gap", "stream.closing"));
        Collections.rotate(types.subList(0, types.indexOf(AwkwardEvents.LAST) + 1), 1);
        return types;
    }

    private static List<Told> again(Attempt attempt) throws Exception {
        List<Told> told = new ArrayList<>();
        for (int tries = TRIES; tries > 0; tries--) {
            String last = told.isEmpty() ? "" : told.get(told.size() - 1).id();
            if (attempt.hear(last, told::add)) {
                return told;
            }
        }
        throw new AssertionError("cut " + TRIES + " times");
    }

    private record Printed(byte[] bytes, int status) {}

    private static Printed curl(int port, String job, String accept, String last) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sN", url(port, job), "-H", "Accept: " + accept));
        command.addAll(List.of("-H", "Authorization: Bearer " + RunningServer.token()));
        if (!last.isEmpty()) {
            command.addAll(List.of("-H", "Last-Event-ID: " + last));
        }
        return printed(command);
    }

    private static Printed printed(List<String> command) throws Exception {
        Path out = Files.createTempFile(FILES, "out-", "");
        int status = ChildProcess.start(command, out).awaitExit();
        return new Printed(Files.readAllBytes(out), status);
    }

    /** @param command the one that runs a script with some words */
    private static List<Told> script(
            Function<String, Told> line,
            BiFunction<String, String[], List<String>> command,
            String script,
            String url,
            List<String> more)
            throws Exception {
        List<String> words = new ArrayList<>(List.of(url, RunningServer.token()));
        words.addAll(more);
        Printed printed = printed(command.apply(script, words.toArray(String[]::new)));
        return Stream.of(new String(printed.bytes, UTF_8).split("\n")).map(line).toList();
    }

    private static List<Told> okhttp(int port, String job) throws Exception {
        List<Told> told = new ArrayList<>();
        try (EventSource source = new EventSource.Builder(ConnectStrategy.http(URI.create(url(port, job)))
                        .header("Authorization", "Bearer " + RunningServer.token())
                        .readTimeout(RunningServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .errorStrategy(ErrorStrategy.alwaysContinue())
                .build()) {
            source.start();
            String type = "";
            while (!type.equals(AwkwardEvents.LAST)) {
                MessageEvent event = source.readMessage();
                type = event.getEventName();
                told.add(new Told(event.getLastEventId(), type, event.getData()));
            }
        }
        return told;
    }

    private static boolean jdk(int port, String job, String last, Consumer<Told> heard) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(port, job)))
                .header("Authorization", "Bearer " + RunningServer.token());
        if (!last.isEmpty()) {
            request.header("Last-Event-ID", last);
        }
        SseParser parser = Told.parser(heard);
        try (InputStream body = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            byte[] buffer = new byte[8192];
            for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
                parser.feed(buffer, 0, length);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean socket(int port, String job, String last, Consumer<Told> heard) throws Exception {
        String path = "/runner-jobs/" + job + "/events/ws?lastEventId=" + last;
        try (WsClient socket = WsClient.open(port, path, "Authorization: Bearer " + RunningServer.token())) {
            boolean finished = socket.awaitCloseOrSilence(HEARTBEAT.multipliedBy(SILENT_BEATS))
                            .orElse(0)
                    == FINISHED;
            while (socket.waiting() > 0) {
                heard.accept(Told.envelope(socket.next()));
            }
            return finished;
        }
    }
}
