package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.test.SseEvent;
import dev.jobstream.test.SseReader;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.test.web.servlet.client.RestTestClient;

/** The whole application, on whichever transport the properties name. */
// tag::springBootTest[]
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OrderEventsTest {

    @Autowired
    private Orders orders;

    @LocalServerPort
    private int port;

    private final String id = "order-" + UUID.randomUUID();

    @Test
    void whoWatchesAnOrderIsToldThatItHasStarted() throws IOException {
        URI stream = URI.create("http://localhost:" + port + "/runner-jobs/" + id + "/events/stream");
        try (SseReader client = SseReader.open(stream, Duration.ofSeconds(30))) {
            orders.place(id);

            List<SseEvent> events = client.until("job.started");

            assertThat(events).hasSize(1);
            assertThat(events.get(0).data()).contains("\"order\":\"" + id + "\"");
        }
    }
    // end::springBootTest[]

    @Test
    void anOrderThatIsRolledBackIsNotTold() throws IOException {
        orders.place(id);

        assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> orders.place(id));

        orders.ship(id);
        assertThat(watch().toEnd()).extracting(SseEvent::type).containsExactly("job.started", "job.completed");
    }

    // tag::restTestClient[]
    @Test
    void whoComesLateReadsWhatWasRetained(@Autowired EventPublisher publisher) {
        publisher.publish(new JobId(id), NewEvent.of("step.output", "{\"n\":1}"));
        publisher.publish(new JobId(id), NewEvent.of("job.failed", "{}"));
        RestTestClient client = RestTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .build();

        byte[] body = client.get()
                .uri("/runner-jobs/{id}/events/stream", id)
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(byte[].class)
                .getResponseBodyContent();

        assertThat(SseReader.parse(body)).extracting(SseEvent::type).containsExactly("step.output", "job.failed");
    }
    // end::restTestClient[]

    private SseReader watch() throws IOException {
        return SseReader.open(
                URI.create("http://localhost:" + port + "/runner-jobs/" + id + "/events/stream"),
                Duration.ofSeconds(30));
    }
}
