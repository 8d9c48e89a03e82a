package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.ValkeyServer;
import dev.jobstream.tools.WsClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Positions that the journal no longer has, and positions before there is any event. */
class LostPositionTest {

    private static RunningServer server;
    private static RedisClient client;
    private static RedisCommands<String, String> valkey;

    private final String job = "job-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        server = RunningServer.startOn(ValkeyServer.shared(), "jobstream.linger=0s");
        client = RedisClient.create(ValkeyServer.shared().url());
        valkey = client.connect().sync();
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        server.close();
    }

    @Test
    void whoResumesAfterTheJournalHasExpiredIsToldAtOnceAndGoesOn() throws Exception {
        EventId seen = publish("step.output");
        expire();
        try (SseClient watcher = server.watch(job, "Last-Event-ID: " + seen)) {
            Event gap = watcher.next();
            assertThat(gap.type()).isEqualTo("stream.gap");
            assertThat(gap.data()).isEqualTo("{\"after\":\"" + seen + "\",\"resumesAt\":null}");
            assertThat(gap.id()).isNull();

            EventId next = publish("step.output");

            assertThat(watcher.next().data()).isEqualTo("{\"after\":\"" + seen + "\",\"resumesAt\":\"" + next + "\"}");
            assertThat(watcher.next().id()).isEqualTo(next.toString());
        }
    }

    @Test
    void anEndOutlivesItsJournal() throws Exception {
        EventId seen = publish("step.output");
        EventId end = publish("job.failed");
        expire();
        for (EventId id : new EventId[] {seen, end}) {
            try (SseClient again = server.watch(job, "Last-Event-ID: " + id)) {
                assertThat(again.status()).isEqualTo(204);
            }
        }
        try (SseClient first = server.watch(job)) {
            Event only = first.next();
            assertThat(only.type()).isEqualTo("job.failed");
            assertThat(only.id()).isEqualTo(end.toString());
            assertThat(only.data()).isEqualTo("{}");
            assertThat(first.next()).isNull();
        }
        assertThat(server.post(job, "application/json", "{\"event\":\"step.output\",\"data\":{}}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void aPageTellsWhatIsMissingBeforeIt() throws Exception {
        EventId seen = publish("step.output");
        EventId lost = publish("step.output");
        EventId kept = publish("step.output");
        valkey.xdel(key(), seen.toString(), lost.toString());

        assertThat(page("?after=" + seen))
                .isEqualTo("[{\"event\":\"stream.gap\",\"data\":{\"after\":\"" + seen + "\",\"resumesAt\":\"" + kept
                        + "\"}},{\"id\":\"" + kept + "\",\"event\":\"step.output\",\"data\":{}}]");
        assertThat(page("?after=" + lost))
                .isEqualTo("[{\"id\":\"" + kept + "\",\"event\":\"step.output\",\"data\":{}}]");
        assertThat(page("")).doesNotContain("stream.gap");
        expire();
        assertThat(page("?after=" + kept))
                .isEqualTo("[{\"event\":\"stream.gap\",\"data\":{\"after\":\"" + kept + "\",\"resumesAt\":null}}]");
        assertThat(page("")).isEqualTo("[]");
    }

    @Test
    void whoWatchesFromNowOnHasAPositionBeforeItsFirstEvent() throws Exception {
        EventId before = publish("step.output");
        String position;
        try (SseClient cut = server.watch(job + "?from=now")) {
            cut.awaitBlock();
            position = cut.lastEventId();
            assertThat(position).isEqualTo(before.toString());
        }
        EventId missed = publish("step.output");

        // An EventSource repeats its URL.
        try (SseClient again = server.watch(job + "?from=now", "Last-Event-ID: " + position)) {
            assertThat(again.next().id()).isEqualTo(missed.toString());
        }
    }

    @Test
    void aJobWithoutEventsHasAPositionToo() throws Exception {
        String position;
        try (SseClient cut = server.watch(job + "?from=now")) {
            cut.awaitBlock();
            position = cut.lastEventId();
        }
        EventId missed = publish("step.output");
        try (SseClient again = server.watch(job + "?from=now", "Last-Event-ID: " + position)) {
            assertThat(again.next().id()).isEqualTo(missed.toString());
        }
    }

    @Test
    void aWebSocketIsToldItsPositionFirst() throws Exception {
        EventId before = publish("step.output");
        try (WsClient watcher = WsClient.open(
                server.port(),
                "/runner-jobs/" + job + "/events/ws?from=now",
                "Authorization: Bearer " + RunningServer.token())) {
            assertThat(watcher.next())
                    .isEqualTo("{\"event\":\"stream.position\",\"data\":{\"id\":\"" + before + "\"}}");
        }
    }

    private EventId publish(String type) {
        return server.publisher().publish(new JobId(job), NewEvent.of(type, "{}"));
    }

    private String key() {
        return "runner-jobs:{" + job + "}:events";
    }

    /** What the server does to a journal when its time is over. */
    private void expire() {
        assertThat(valkey.pexpire(key(), 0)).isTrue();
    }

    private String page(String query) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + "/runner-jobs/" + job
                                        + "/events" + query))
                                .header("Authorization", "Bearer " + RunningServer.token())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
