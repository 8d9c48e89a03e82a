package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.ValkeyServer;
import io.lettuce.core.CopyArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Several installations on one Valkey. Pub/Sub knows no databases: each hears the others, and delivers what its own journal has.
 */
class SharedValkeyTest {

    private static final ValkeyServer VALKEY = ValkeyServer.shared();

    private static RunningServer ours;
    private static RunningServer theirs;

    private final String job = "job-" + UUID.randomUUID();
    private RedisClient client;

    @BeforeAll
    static void start() {
        ours = RunningServer.startOn(VALKEY, "spring.data.redis.database=0");
        theirs = RunningServer.startOn(VALKEY, "spring.data.redis.database=1");
    }

    @AfterAll
    static void stop() {
        ours.close();
        theirs.close();
    }

    @BeforeEach
    void connect() {
        client = RedisClient.create();
    }

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    @Test
    void anotherDatabasesEventsAreNotOursThoughAFreshJobWouldTakeThem() throws Exception {
        double before = foreign(ours);
        try (SseClient watcher = ours.watch(job);
                SseClient other = theirs.watch(job)) {
            watcher.awaitComment();
            other.awaitComment();

            theirs.post(job, "application/json", event("step.output", 1));
            theirs.post(job, "application/json", event("job.failed", 2));
            assertThat(other.toEnd()).extracting(Event::type).containsExactly("step.output", "job.failed");
            await().until(() -> foreign(ours) > before);
            assertThat(ours.post(job, "application/json", event("step.output", 3))
                            .statusCode())
                    .isEqualTo(201);
            ours.post(job, "application/json", event("job.completed", 4));

            assertThat(watcher.toEnd()).extracting(Event::data).containsExactly("{\"n\":3}", "{\"n\":4}");
        }
        try (SseClient late = ours.watch(job)) {
            assertThat(late.toEnd()).extracting(Event::data).containsExactly("{\"n\":3}", "{\"n\":4}");
        }
    }

    @Test
    void whoDoesNotSayWhereItWritesIsLookedUp() throws Exception {
        double before = foreign(ours);
        try (SseClient watcher = ours.watch(job)) {
            watcher.awaitComment();

            append(1, "step.output", 1);
            append(1, "job.failed", 2);
            await().until(() -> foreign(ours) > before);
            append(0, "step.output", 3);
            assertThat(watcher.next().data()).isEqualTo("{\"n\":3}");
            append(0, "job.completed", 4);

            assertThat(watcher.toEnd()).extracting(Event::data).containsExactly("{\"n\":4}");
        }
    }

    @Test
    void aCopyOfOurJournalThatGoesAnotherWayIsNotOurs() throws Exception {
        append(0, "step.output", 1);
        append(0, "step.output", 2);
        in(0).copy(key(), key(), CopyArgs.Builder.destinationDb(1));
        double before = foreign(ours);
        try (SseClient watcher = ours.watch(job)) {
            assertThat(watcher.next().data()).isEqualTo("{\"n\":1}");
            assertThat(watcher.next().data()).isEqualTo("{\"n\":2}");

            append(1, "step.output", 3);
            await().until(() -> foreign(ours) > before);
            append(1, "job.failed", 4);
            append(0, "job.completed", 5);

            assertThat(watcher.toEnd()).extracting(Event::data).containsExactly("{\"n\":5}");
        }
    }

    @Test
    void namespacesKeepInstallationsApart() throws Exception {
        try (RunningServer apart = RunningServer.startOn(VALKEY, "jobstream.namespace=other.ci");
                SseClient watcher = apart.watch(job)) {
            watcher.awaitComment();

            ours.post(job, "application/json", event("job.failed", 1));
            apart.post(job, "application/json", event("job.completed", 2));

            assertThat(watcher.toEnd()).extracting(Event::data).containsExactly("{\"n\":2}");
            assertThat(foreign(apart)).isZero();
            assertThat(in(0).exists("other.ci:{" + job + "}:events", key())).isEqualTo(2);
        }
    }

    private static double foreign(RunningServer server) {
        return server.bean(MeterRegistry.class)
                .get("jobstream.skipped")
                .tag("where", "foreign")
                .counter()
                .count();
    }

    private static String event(String type, int n) {
        return "{\"event\":\"" + type + "\",\"data\":{\"n\":" + n + "}}";
    }

    private String key() {
        return "runner-jobs:{" + job + "}:events";
    }

    private RedisCommands<String, String> in(int database) {
        RedisURI uri = RedisURI.Builder.redis(VALKEY.host(), VALKEY.port())
                .withDatabase(database)
                .build();
        return client.connect(uri).sync();
    }

    /** As a publisher in another language does. */
    private void append(int database, String type, int n) throws IOException {
        String script;
        try (var text = getClass().getResourceAsStream("/dev/jobstream/append.lua")) {
            script = new String(text.readAllBytes(), UTF_8);
        }
        List<Object> ids = in(database)
                .eval(script, ScriptOutputType.MULTI, new String[] {key()}, "1000", "60000", type, "{\"n\":" + n + "}");
        assertThat(ids).hasSize(1);
    }
}
