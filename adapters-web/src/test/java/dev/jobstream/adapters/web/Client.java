package dev.jobstream.adapters.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a user has in hand: an HTTP client that knows nothing of ours. */
final class Client {

    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;

    Client(TestServer server) {
        base = "http://localhost:" + server.port;
    }

    URI uri(String path) {
        return URI.create(base + path);
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).build());
    }

    HttpResponse<String> post(String path, String contentType, String body) {
        return send(request(path, "Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a stream and returns once its headers are there. */
    Open open(String path, String... headers) {
        try {
            return new Open(HTTP.send(request(path, headers).build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A response that is still coming. */
    record Open(HttpResponse<InputStream> response) implements AutoCloseable {

        /** The next block, blank line included; what is left at the end of the response. Waits for it. */
        String block() {
            try {
                ByteArrayOutputStream block = new ByteArrayOutputStream();
                int before = 0;
                for (int b = response.body().read(); b >= 0; b = response.body().read()) {
                    block.write(b);
                    if (b == '\n' && before == '\n') {
                        break;
                    }
                    before = b;
                }
                return block.toString(StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The next line, without its end. Waits for it. */
        String line() {
            try {
                ByteArrayOutputStream line = new ByteArrayOutputStream();
                for (int b = response.body().read();
                        b >= 0 && b != '\n';
                        b = response.body().read()) {
                    line.write(b);
                }
                return line.toString(StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** So many bytes. Waits for them. */
        String bytes(int count) {
            try {
                return new String(response.body().readNBytes(count), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** All that comes until the response ends cleanly. */
        String rest() {
            try {
                return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                response.body().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
