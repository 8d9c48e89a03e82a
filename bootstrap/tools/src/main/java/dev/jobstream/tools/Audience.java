package dev.jobstream.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.awaitility.Awaitility;

/**
 * A crowd of watchers that leave without a word: half of one job, half of jobs of their own, some over WebSockets. Each is
 * one socket and no thread, so that what is left behind is the server's.
 */
public final class Audience {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int TOGETHER = 100;
    private static final int ALONE = 100;
    private static final int SOCKETS = 20;
    private static final String[] UPGRADE = {
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    private final int port;
    private final String prefix;
    private final String credentials;
    private final IntSupplier streams;
    private final IntSupplier jobs;

    /**
     * @param prefix what all jobs' ids begin with
     * @param credentials a header that lets the audience in
     * @param streams counts the open streams
     * @param jobs counts the jobs that are followed
     */
    public Audience(int port, String prefix, String credentials, IntSupplier streams, IntSupplier jobs) {
        this.port = port;
        this.prefix = prefix;
        this.credentials = credentials;
        this.streams = streams;
        this.jobs = jobs;
    }

    /** Comes, and leaves, half of it by a close and half by a reset. */
    public void comeAndGo() throws IOException {
        List<SseClient> clients = new ArrayList<>();
        String one = prefix + UUID.randomUUID();
        for (int i = 0; i < TOGETHER; i++) {
            clients.add(come(one));
        }
        for (int i = 0; i < ALONE; i++) {
            clients.add(come(prefix + UUID.randomUUID()));
        }
        for (int i = 0; i < SOCKETS; i++) {
            SseClient client = SseClient.get(port, path(one) + "ws", PATIENCE, with(UPGRADE));
            assertThat(client.status()).isEqualTo(101);
            clients.add(client);
        }
        Awaitility.await().untilAsserted(() -> assertThat(streams.getAsInt()).isEqualTo(clients.size()));
        assertThat(jobs.getAsInt()).isEqualTo(1 + ALONE);
        for (int i = 0; i < clients.size(); i++) {
            if (i % 2 == 0) {
                clients.get(i).close();
            } else {
                clients.get(i).cut();
            }
        }
    }

    private SseClient come(String job) throws IOException {
        SseClient client = SseClient.get(port, path(job) + "stream", PATIENCE, with());
        assertThat(client.status()).isEqualTo(200);
        client.awaitComment();
        return client;
    }

    private static String path(String job) {
        return "/runner-jobs/" + job + "/events/";
    }

    private String[] with(String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(credentials);
        return all.toArray(String[]::new);
    }

    /** Waits until nothing of the audience is left: no stream, no feed, no subscription. */
    public void awaitGone(ValkeyServer valkey, Duration limit) {
        Awaitility.await().atMost(limit).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            assertThat(streams.getAsInt()).as("open streams").isZero();
            assertThat(jobs.getAsInt()).as("followed jobs").isZero();
            assertThat(valkey.ask("PUBSUB CHANNELS")).as("subscriptions").isEqualTo("*0\r\n");
        });
    }

    /** What this process has in use. */
    public record Footprint(int threads, int files) {

        public static Footprint now() {
            String[] files = new File("/proc/self/fd").list();
            return new Footprint(
                    ManagementFactory.getThreadMXBean().getThreadCount(), files == null ? 0 : files.length);
        }

        /** By how much pools may differ from one moment to another: far less than one for each of the audience. */
        private static final int BREATH = 8;

        /** Waits until hardly more is in use than then. Pools take their time to shrink. */
        public void awaitNoMore() {
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                Footprint now = now();
                assertThat(now.threads).as("threads").isLessThanOrEqualTo(threads + BREATH);
                assertThat(now.files).as("open files").isLessThanOrEqualTo(files + BREATH);
            });
        }
    }
}
