package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The refusals that docs/wire shows: each request there is made, and answered as it stands there. */
@Timeout(30)
class GoldenProblemsTest {

    private static final Path GOLDEN = Path.of("..", "docs", "wire", "problems.txt");

    @Test
    void eachIsRefusedSo() throws IOException {
        List<String> answered = new ArrayList<>();
        String golden = Files.readString(GOLDEN);
        try (TestServer server = TestServer.start()) {
            server.publish("ended", "job.completed", "{}");
            Client client = new Client(server);
            for (String pair : golden.strip().split("\n\n")) {
                String[] lines = pair.split("\n");
                answered.add(lines[0] + "\n" + answer(client, lines[0].split(" ", 4)));
            }
        }
        assertThat(answered).hasSizeGreaterThan(8);
        assertThat(String.join("\n\n", answered) + "\n").isEqualTo(golden);
    }

    /** @param request method and path, and what it accepts, or the type and the body that it has */
    private static String answer(Client client, String[] request) {
        HttpRequest.Builder builder = client.request(request[1]);
        if (request[0].equals("POST")) {
            builder.header("Content-Type", request[2]).POST(BodyPublishers.ofString(request[3]));
        } else {
            builder.method(request[0], BodyPublishers.noBody());
            if (request.length > 2) {
                builder.header("Accept", request[2]);
            }
        }
        HttpResponse<String> response = client.send(builder.build());
        return response.statusCode() + " "
                + response.headers().firstValue("Content-Type").orElse("") + " " + response.body();
    }
}
