package dev.jobstream.attacks;

import dev.jobstream.tools.Resp;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two ways by which honest events come. */
final class Publishers {

    private static final Path SCRIPT = Path.of("../../adapters-redis/src/main/resources/dev/jobstream/append.lua");
    private static final String TYPE = "step.output";

    private Publishers() {}

    /** Through the server. */
    static Honest.Publisher http(Target target) {
        HttpClient http = HttpClient.newHttpClient();
        String token = Tokens.good(Tokens.WRITE);
        return new Honest.Publisher() {
            @Override
            public boolean publish(String job, String data) throws IOException {
                try {
                    int status = http.send(
                                    HttpRequest.newBuilder(URI.create(
                                                    "http://127.0.0.1:" + target.port() + Requests.events(job)))
                                            .timeout(Target.PATIENCE)
                                            .header("Authorization", "Bearer " + token)
                                            .header("Content-Type", "application/json")
                                            .POST(HttpRequest.BodyPublishers.ofString(
                                                    "{\"event\":\"" + TYPE + "\",\"data\":" + data + "}"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode();
                    if (status != 201 && status != 503) {
                        throw new IOException("publishing was answered " + status);
                    }
                    return status == 201;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException(e);
                }
            }

            @Override
            public void close() {}
        };
    }

    /** By the script, straight to Valkey: as a publisher in another language does it. */
    static Honest.Publisher valkey(ValkeyServer valkey) throws IOException {
        Resp connection = new Resp(valkey.port());
        String sha = (String) connection.call("SCRIPT", "LOAD", Files.readString(SCRIPT));
        return new Honest.Publisher() {
            @Override
            public boolean publish(String job, String data) throws IOException {
                Object unused = connection.call(
                        "EVALSHA", sha, "1", "runner-jobs:{" + job + "}:events", "10000", "86400000", TYPE, data);
                return true;
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }
}
