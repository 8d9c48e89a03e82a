package dev.jobstream.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The server that is checked: where it has what, and how it is asked. Safe for use by many threads. */
final class Server {

    private final Options options;
    private final URI base;
    private final HttpClient client;
    private final Executor threads;

    Server(Options options, Executor threads) {
        this.options = options;
        this.base = Objects.requireNonNull(options.base());
        this.threads = threads;
        // The protocol is the same over HTTP/2; a refusal that was followed elsewhere would be none.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.timeout())
                .executor(threads)
                .build();
    }

    Options options() {
        return options;
    }

    Duration patience() {
        return options.timeout();
    }

    /** For what a check does beside what it looks at. */
    Executor threads() {
        return threads;
    }

    HttpClient client() {
        return client;
    }

    /** Where a job is watched. */
    URI stream(String job, String query) {
        URI own = options.streamUrl(job);
        URI uri = own != null ? own : URI.create(base + "/" + job + "/events/stream");
        return query.isEmpty() ? uri : URI.create(uri + (uri.getQuery() == null ? "?" : "&") + query);
    }

    /** Where a job is published to. */
    URI events(String job) {
        URI own = options.publishUrl(job);
        if (own == null && options.streamUrl(job) != null) {
            throw new Skipped("no --publish-url");
        }
        return own != null ? own : other(job, "");
    }

    /** What stands beside the stream. */
    URI other(String job, String rest) {
        if (options.streamUrl(job) != null) {
            throw new Skipped("--stream-url names the stream alone");
        }
        return URI.create(base + "/" + job + "/events" + rest);
    }

    /** The address of a WebSocket. */
    URI socket(String job, String query) {
        URI http = other(job, "/ws" + (query.isEmpty() ? "" : "?" + query));
        return URI.create(http.toString().replaceFirst("^http", "ws"));
    }

    /** A request with the token to watch. */
    HttpRequest.Builder request(URI uri) {
        return authorized(uri, options.token());
    }

    /** A request with the token to publish. */
    HttpRequest.Builder publication(URI uri, String contentType, String body) {
        return authorized(uri, options.publishToken())
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder authorized(URI uri, @Nullable String token) {
        HttpRequest.Builder request = anonymous(uri);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    HttpRequest.Builder anonymous(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(options.timeout());
    }

    Answer send(HttpRequest request) {
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            String answer =
                    "an answer to " + request.method() + " " + request.uri().getPath();
            throw e instanceof HttpTimeoutException
                    ? new Failure(answer, Expect.show(what))
                    : Failure.lost(answer, Expect.show(what));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Skipped("the run was stopped");
        }
        return new Answer(response, new Bytes(response.body(), options.timeout(), threads));
    }

    /** Whether somebody is in between who takes headers that are meant for it. */
    static boolean isBehindNginx(Answer answer) {
        String server = answer.header("Server");
        return server != null && server.toLowerCase(Locale.ROOT).startsWith("nginx");
    }

    /** Whether an answer says that there is nothing at this address, or nothing that can be done so. */
    static boolean isNotThere(int status) {
        return List.of(404, 405, 501).contains(status);
    }
}
