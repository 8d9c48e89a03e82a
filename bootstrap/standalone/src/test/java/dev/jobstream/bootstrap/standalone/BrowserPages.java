package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.jobstream.tools.Browser;
import dev.jobstream.tools.Nginx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A browser's pages that follow a job, by {@code EventSource} and by {@code fetch}, on a site of their own: nginx, which puts the
 * credentials on each request that it passes on, as a host's session would. They tell this site what they were told.
 */
final class BrowserPages implements AutoCloseable {

    private final Map<String, CompletableFuture<String>> told = new ConcurrentHashMap<>();
    private final HttpServer ear;
    private final Nginx site;
    private final List<String> pages = new ArrayList<>();

    BrowserPages(Path nginx, int server) throws IOException {
        ear = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        ear.createContext("/told/", this::hear);
        ear.start();
        site = Nginx.start(nginx, port ->
                """
                server {
                  listen 127.0.0.1:%d;
                  location = /every-event.html { root %s; default_type text/html; }
                  location /told/ { client_max_body_size 0; proxy_pass http://127.0.0.1:%d; }
                  location / { proxy_pass http://127.0.0.1:%d; proxy_set_header Authorization "Bearer %s"; }
                }
                """.formatted(port, NodeClients.DIRECTORY, ear.getAddress().getPort(), server, RunningServer.token()));
    }

    int port() {
        return site.port();
    }

    private void hear(HttpExchange request) throws IOException {
        String by = request.getRequestURI().getPath().replaceFirst(".*/", "");
        String body = new String(request.getRequestBody().readAllBytes(), UTF_8);
        request.sendResponseHeaders(204, -1);
        request.close();
        answer(by).complete(body);
    }

    private CompletableFuture<String> answer(String by) {
        return told.computeIfAbsent(by, any -> new CompletableFuture<>());
    }

    /** Adds a page that reaches the site through this port. */
    void add(String by, int port, String job, List<String> types) {
        StringBuilder page = new StringBuilder("http://127.0.0.1:" + port + "/every-event.html#by=" + by);
        page.append("&stream=/runner-jobs/").append(job).append("/events/stream&last=" + AwkwardEvents.LAST);
        types.forEach(type -> page.append("&type=").append(type));
        pages.add(page.toString());
    }

    /** Shows the pages that were added. */
    Browser open(Path program) {
        StringBuilder page = new StringBuilder("http://127.0.0.1:" + port() + "/every-event.html#");
        pages.forEach(each -> page.append("&frame=").append(URLEncoder.encode(each, UTF_8)));
        return Browser.open(program, page.toString());
    }

    /** Waits for what the page tells. */
    List<Told> told(String by, Function<String, Told> line) throws Exception {
        String lines = answer(by).get(RunningServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return Stream.of(lines.split("\n")).map(line).toList();
    }

    @Override
    public void close() {
        ear.stop(0);
        site.close();
    }
}
