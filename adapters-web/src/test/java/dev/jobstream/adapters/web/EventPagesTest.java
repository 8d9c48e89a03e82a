package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventPagesTest {

    private static TestServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void isAnArrayOfEnvelopes() {
        EventId first = server.publish("page", "step.output", "{\"n\": 1e400}");
        EventId second = server.publish("page", "job.completed", "{}");

        HttpResponse<String> response = client.get("/runner-jobs/page/events");

        assertThat(response.body())
                .isEqualTo("[{\"id\":\"" + first + "\",\"event\":\"step.output\",\"data\":{\"n\": 1e400}},"
                        + "{\"id\":\"" + second + "\",\"event\":\"job.completed\",\"data\":{}}]");
        assertThat(response.headers().allValues("Content-Type")).containsExactly("application/json");
        assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(response.headers().allValues("Link")).isEmpty();
        assertThat(client.get("/runner-jobs/page/events?after=" + second).body())
                .isEqualTo("[]");
        assertThat(client.get("/runner-jobs/no-events/events").body()).isEqualTo("[]");
    }

    @Test
    void leadsToTheNextPageUntilThereIsNone() {
        for (int n = 0; n < 250; n++) {
            server.publish("pages", "step.output", "{\"n\":" + n + "}");
        }
        List<Integer> sizes = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        URI next = client.uri("/runner-jobs/pages/events");
        while (next != null) {
            HttpResponse<String> response =
                    client.get(next.getRawPath() + (next.getQuery() == null ? "" : "?" + next.getQuery()));
            Matcher number = Pattern.compile("\"n\":(\\d+)").matcher(response.body());
            int size = 0;
            for (; number.find(); size++) {
                all.append(number.group(1)).append(' ');
            }
            sizes.add(size);
            String link = response.headers().firstValue("Link").orElse(null);
            assertThat(link == null || link.endsWith(">; rel=\"next\"")).isTrue();
            next = link == null ? null : next.resolve("events" + link.substring(1, link.indexOf('>')));
        }
        assertThat(sizes).containsExactly(100, 100, 50);
        StringBuilder expected = new StringBuilder();
        for (int n = 0; n < 250; n++) {
            expected.append(n).append(' ');
        }
        assertThat(all).hasToString(expected.toString());
    }

    @Test
    void keepsToItsLimit() {
        EventId first = server.publish("limited", "step.output", "{\"n\":1}");
        server.publish("limited", "step.output", "{\"n\":2}");
        HttpResponse<String> response = client.get("/runner-jobs/limited/events?limit=1");
        assertThat(response.body()).contains("\"n\":1").doesNotContain("\"n\":2");
        assertThat(response.headers().allValues("Link"))
                .containsExactly("<?after=" + first + "&limit=1>; rel=\"next\"");
        assertThat(client.get("/runner-jobs/limited/events?limit=1000").statusCode())
                .isEqualTo(200);
    }

    @Test
    void sendsReadersElsewhereWhenItStops() {
        try (TestServer stopping = TestServer.start()) {
            stopping.streams.shutDown();
            HttpResponse<String> response = new Client(stopping).get("/runner-jobs/late/events");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(response.body()).contains("this node is stopping");
        }
    }

    @Test
    void hasAHead() {
        server.publish("head", "step.output", "{}");
        HttpResponse<String> response = client.send(client.request("/runner-jobs/head/events")
                .method("HEAD", BodyPublishers.noBody())
                .build());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }
}
