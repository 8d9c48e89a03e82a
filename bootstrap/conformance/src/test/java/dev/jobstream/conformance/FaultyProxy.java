package dev.jobstream.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Stands before a server that is right, and does one thing wrong. */
final class FaultyProxy implements AutoCloseable {

    /** A request and its answer on their way; what a fault changes is what arrives. */
    static final class Passing {

        String method;
        String path;
        String query;
        final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byte[] body;
        int status;
        final Map<String, String> answerHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        /** How many pieces of the answer have come. */
        int pieces;

        Passing(String method, URI uri, byte[] body) {
            this.method = method;
            this.path = uri.getRawPath();
            this.query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
            this.body = body;
        }

        boolean isStream() {
            return path.endsWith("/stream") && method.equals("GET");
        }

        boolean isSse() {
            return answerHeaders.getOrDefault("Content-Type", "").startsWith("text/event-stream");
        }

        String text() {
            return new String(body, UTF_8);
        }
    }

    /**
     * What is wrong. A piece of an answer is a block of an event stream, a line of NDJSON, or what has come of anything
     * else; without one that is returned it is not passed on.
     */
    interface Piece {

        @Nullable
        String change(Passing passing, String piece);
    }

    /** Ends an answer in the place of a piece. */
    static final class End extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    private static final Set<String> NOT_PASSED_ON =
            Set.of("host", "connection", "content-length", "transfer-encoding", "upgrade", "date", "http2-settings");
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final int upstream;
    private final Consumer<Passing> request;
    private final Consumer<Passing> answer;
    private final Piece piece;

    FaultyProxy(int upstream, Consumer<Passing> request, Consumer<Passing> answer, Piece piece) throws IOException {
        this.upstream = upstream;
        this.request = request;
        this.answer = answer;
        this.piece = piece;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::pass);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange) throws IOException {
        Passing passing = new Passing(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestBody().readAllBytes());
        exchange.getRequestHeaders().forEach((name, values) -> passing.headers.put(name, values.get(0)));
        request.accept(passing);
        String query = passing.query.isEmpty() ? "" : "?" + passing.query;
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + upstream + passing.path + query))
                .method(passing.method, BodyPublishers.ofByteArray(passing.body));
        passing.headers.forEach((name, value) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                builder.header(name, value);
            }
        });
        try {
            HttpResponse<InputStream> response = CLIENT.send(builder.build(), BodyHandlers.ofInputStream());
            passing.status = response.statusCode();
            response.headers().map().forEach((name, values) -> passing.answerHeaders.put(name, values.get(0)));
            answer.accept(passing);
            passing.answerHeaders.forEach((name, value) -> {
                if (!NOT_PASSED_ON.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    exchange.getResponseHeaders().set(name, value);
                }
            });
            boolean empty = passing.status == 204 || passing.method.equals("HEAD");
            exchange.sendResponseHeaders(passing.status, empty ? -1 : 0);
            if (!empty) {
                copy(passing, response.body(), exchange.getResponseBody());
            }
        } catch (InterruptedException | End e) {
            // It ends here.
        } finally {
            exchange.close();
        }
    }

    private void copy(Passing passing, InputStream in, OutputStream out) throws IOException {
        try (in) {
            out.flush();
            String type = passing.answerHeaders.getOrDefault("Content-Type", "");
            String end = passing.isSse() ? "\n\n" : type.startsWith(Probe.NDJSON) ? "\n" : "";
            ByteArrayOutputStream begun = new ByteArrayOutputStream();
            byte[] buffer = new byte[8_192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                begun.write(buffer, 0, n);
                // Broken characters are those of an unfinished piece, which is decoded anew when there is more of it.
                String text = begun.toString(UTF_8);
                int cut = end.isEmpty() ? 0 : text.lastIndexOf(end) + end.length();
                if (cut < end.length() || end.isEmpty()) {
                    if (end.isEmpty() && !type.contains("json")) {
                        write(passing, text, out);
                        begun.reset();
                    }
                    continue;
                }
                int from = 0;
                for (int to = text.indexOf(end, from); to >= 0; to = text.indexOf(end, from)) {
                    write(passing, text.substring(from, to + end.length()), out);
                    from = to + end.length();
                }
                byte[] all = begun.toByteArray();
                int done = text.substring(0, from).getBytes(UTF_8).length;
                begun.reset();
                begun.write(all, done, all.length - done);
            }
            if (begun.size() > 0) {
                write(passing, begun.toString(UTF_8), out);
            }
        }
    }

    private void write(Passing passing, String text, OutputStream out) throws IOException {
        passing.pieces++;
        String changed = piece.change(passing, text);
        if (changed != null) {
            out.write(changed.getBytes(UTF_8));
            out.flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
