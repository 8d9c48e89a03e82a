package dev.jobstream.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that says what it was told to, request by request, and then that there is nothing more: 204. */
public final class ScriptedServer implements AutoCloseable {

    /** @param body ends with the response; {@code null} for none */
    public record Answer(int status, @Nullable String body) {

        public static Answer stream(String body) {
            return new Answer(200, body);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Answer> answers;
    /** The {@code Last-Event-ID} of each request, empty where there was none. Guarded by this. */
    private final List<String> requests = new ArrayList<>();

    public ScriptedServer(Answer... answers) throws IOException {
        this.answers = List.of(answers);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/stream");
    }

    private void answer(HttpExchange exchange) throws IOException {
        Answer answer;
        synchronized (this) {
            answer = requests.size() < answers.size() ? answers.get(requests.size()) : new Answer(204, null);
            String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            requests.add(last == null ? "" : last);
            notifyAll();
        }
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*"); // a browser's page is from elsewhere
        if (answer.body == null) {
            exchange.getResponseHeaders().set("Retry-After", "0");
            exchange.sendResponseHeaders(answer.status, -1);
        } else {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream;charset=UTF-8");
            exchange.sendResponseHeaders(answer.status, 0);
            exchange.getResponseBody().write(answer.body.getBytes(UTF_8));
        }
        exchange.close();
    }

    /** Whether so many requests come, which is waited for. */
    public synchronized boolean isAsked(int times, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; requests.size() < times && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return requests.size() >= times;
    }

    public synchronized String lastEventId(int request) {
        return requests.get(request);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
