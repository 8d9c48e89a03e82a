package dev.jobstream.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What a node says of itself. */
final class Metrics {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Metrics() {}

    /** Streams that it holds open. */
    static long streams(Node node, String token) {
        return read(node, token, "jobstream_streams ");
    }

    /** Streams that it has ended for this reason. */
    static long ended(Node node, String token, String reason) {
        return read(node, token, "jobstream_streams_ended_total{reason=\"" + reason + "\"} ");
    }

    private static long read(Node node, String token, String meter) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + node.port() + "/actuator/prometheus"))
                                    .timeout(World.PATIENCE)
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(meter))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(meter.length())))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no meter " + meter));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
