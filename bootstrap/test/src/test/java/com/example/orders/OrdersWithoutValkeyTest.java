package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.publishing.PublicationRetries;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.tools.ValkeyServer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.modulith.events.EventPublication.Status;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.modulith.events.core.EventPublicationRegistry;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Business goes on while Valkey is away, and its events come when it is back. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"jobstream.transport=valkey", "jobstream.publish.retry.enabled=true"})
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class OrdersWithoutValkeyTest {

    private static final ValkeyServer VALKEY = ValkeyServer.startPrivate();
    private static final Duration SOON = Duration.ofSeconds(30);

    @DynamicPropertySource
    static void valkey(DynamicPropertyRegistry properties) {
        properties.add("spring.data.redis.host", VALKEY::host);
        properties.add("spring.data.redis.port", VALKEY::port);
    }

    @AfterAll
    static void stop() {
        VALKEY.close();
    }

    @Autowired
    private Orders orders;

    @Autowired
    private EventSource source;

    private final String id = "order-" + UUID.randomUUID();

    private List<String> published() {
        return source.readAfter(new JobId(id), EventId.NONE, 100).events().stream()
                .map(JobEvent::type)
                .map(Object::toString)
                .toList();
    }

    @Test
    void eventsWaitInMemory(@Autowired PublicationRetries retries, CapturedOutput output) {
        VALKEY.signal("STOP");

        orders.place(id);

        assertThat(retries.waitingEvents()).isEqualTo(1);
        assertThat(output).containsOnlyOnce("Events wait in memory to be published");
        VALKEY.signal("CONT");
        await().atMost(SOON).until(() -> retries.waitingEvents() == 0);
        assertThat(published()).containsExactly("job.started");
        await().atMost(SOON).until(() -> output.getOut().contains("No events wait any more to be published"));
    }

    // tag::outboxResubmit[]
    @Test
    void eventsWaitInTheDatabase(
            @Autowired EventPublicationRegistry outbox, @Autowired IncompleteEventPublications incomplete) {
        VALKEY.signal("STOP");
        orders.ship(id);
        await().atMost(SOON)
                .until(() -> outbox.findIncompletePublications().stream()
                        .anyMatch(publication -> publication.getStatus() == Status.FAILED));
        VALKEY.signal("CONT");

        await().atMost(SOON).until(() -> {
            incomplete.resubmitIncompletePublications(publication -> true);
            return published().contains("job.completed");
        });

        assertThat(published()).containsExactly("job.completed");
    }
    // end::outboxResubmit[]
}
