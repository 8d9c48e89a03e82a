package dev.jobstream.conformance;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** What a server answers to a request: the status and the headers, and a body that is read when it is asked for. */
final class Answer implements AutoCloseable {

    private final HttpResponse<java.io.InputStream> response;
    private final Bytes body;

    Answer(HttpResponse<java.io.InputStream> response, Bytes body) {
        this.response = response;
        this.body = body;
    }

    int status() {
        return response.statusCode();
    }

    HttpHeaders headers() {
        return response.headers();
    }

    @Nullable
    String header(String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    Bytes body() {
        return body;
    }

    /** The whole body. */
    String text() {
        return body.all();
    }

    Json json() {
        return Json.parse(text());
    }

    @Override
    public void close() {
        body.close();
    }
}
