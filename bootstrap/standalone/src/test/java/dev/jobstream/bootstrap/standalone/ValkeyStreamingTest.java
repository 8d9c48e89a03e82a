package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.SseClient.Event;
import dev.jobstream.tools.ValkeyServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class ValkeyStreamingTest extends StreamingTest {

    @Override
    RunningServer start() {
        return RunningServer.startOn(ValkeyServer.shared());
    }

    private static final String STARTED = "{\"stepId\":\"7c1e…\",\"name\":\"Running tests\",\"phase\":\"validation\"}";
    private static final String OUTPUT = "{\"stepId\":\"7c1e…\",\"chunk\":\"Test suite passed: 42/42\"}";
    private static final String COMPLETED = "{\"stepId\":\"7c1e…\",\"status\":\"completed\",\"duration_ms\":1234}";

    /** As somebody with valkey-cli would: nothing of ours but the script. */
    private Object eval(String job, String... eventsAndData) throws IOException {
        try (RedisClient client = RedisClient.create(ValkeyServer.shared().url())) {
            RedisCommands<String, String> valkey = client.connect().sync();
            String script;
            try (var in = getClass().getResourceAsStream("/dev/jobstream/append.lua")) {
                script = new String(in.readAllBytes(), UTF_8);
            }
            String[] arguments = new String[eventsAndData.length + 2];
            arguments[0] = "10000";
            arguments[1] = "86400000";
            System.arraycopy(eventsAndData, 0, arguments, 2, eventsAndData.length);
            return valkey.eval(
                    script, ScriptOutputType.MULTI, new String[] {"runner-jobs:{" + job + "}:events"}, arguments);
        }
    }

    @Test
    void theThreeWaysOfPublishingLookTheSame() throws Exception {
        String javaJob = newJob();
        String httpJob = newJob();
        String scriptJob = newJob();
        try (SseClient javaClient = server().watch(javaJob);
                SseClient httpClient = server().watch(httpJob);
                SseClient scriptClient = server().watch(scriptJob)) {
            publish(javaJob, "step.started", STARTED);
            publish(javaJob, "step.output", OUTPUT);
            publish(javaJob, "step.completed", COMPLETED);
            publish(javaJob, "job.completed", "{}");
            server().post(
                            httpJob,
                            "application/json",
                            "[{\"event\":\"step.started\",\"data\":" + STARTED
                                    + "},{\"event\":\"step.output\",\"data\":"
                                    + OUTPUT + "},{\"event\":\"step.completed\",\"data\":" + COMPLETED
                                    + "},{\"event\":\"job.completed\",\"data\":{}}]");
            eval(scriptJob, "step.started", STARTED, "step.output", OUTPUT, "step.completed", COMPLETED);
            eval(scriptJob, "job.completed", "{}");
            for (SseClient client : List.of(javaClient, httpClient, scriptClient)) {
                List<Event> events = client.toEnd();
                assertThat(events).extracting(Event::id).doesNotContainNull();
                assertThat(events)
                        .extracting(Event::type, Event::data)
                        .containsExactly(
                                Tuple.tuple("step.started", STARTED),
                                Tuple.tuple("step.output", OUTPUT),
                                Tuple.tuple("step.completed", COMPLETED),
                                Tuple.tuple("job.completed", "{}"));
            }
        }
    }

    @Test
    void aPlainPublishComesWithoutAnIdAndBadOnesNotAtAll() throws Exception {
        String job = newJob();
        String channel = "runner-jobs:{" + job + "}:events";
        try (SseClient client = server().watch(job);
                RedisClient redis = RedisClient.create(ValkeyServer.shared().url())) {
            RedisCommands<String, String> valkey = redis.connect().sync();
            for (String bad : List.of(
                    "not json",
                    "{\"event\":7,\"data\":{}}",
                    "{\"event\":\"step.output\"}",
                    "{\"event\":\"step.output\",\"data\":[]}",
                    "{\"event\":\"stream.closing\",\"data\":{}}",
                    "{\"event\":\"step.output\",\"data\":{\"x\":\"" + "y".repeat(2 * 1024 * 1024) + "\"}}")) {
                valkey.publish(channel, bad);
            }
            valkey.publish(channel, "{\"event\":\"step.output\",\"data\":{\"n\":1,\n \"r\":\"🚀\"}}");
            publish(job, "job.completed", "{}");
            assertThat(client.toEnd())
                    .extracting(Event::type, Event::data)
                    .containsExactly(
                            Tuple.tuple("step.output", "{\"n\":1,  \"r\":\"🚀\"}"), Tuple.tuple("job.completed", "{}"));
        }
    }

    @Test
    void retentionThatDoesNotReachBackIsAnnounced() throws Exception {
        String job = newJob();
        String first = publish(job, "step.output", "{\"n\":0}").toString();
        publish(job, "step.output", "{\"n\":1}");
        String third = publish(job, "step.output", "{\"n\":2}").toString();
        publish(job, "job.completed", "{}");
        try (RedisClient redis = RedisClient.create(ValkeyServer.shared().url())) {
            redis.connect().sync().xtrim("runner-jobs:{" + job + "}:events", false, 2);
        }
        try (SseClient client = server().watch(job, "Last-Event-ID: " + first)) {
            List<Event> events = client.toEnd();
            assertThat(events).extracting(Event::type).containsExactly("stream.gap", "step.output", "job.completed");
            assertThat(events.get(0).data()).isEqualTo("{\"after\":\"" + first + "\",\"resumesAt\":\"" + third + "\"}");
        }
    }
}
