package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.TokenMint;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one Valkey have a quota together. */
class QuotasOfTwoNodesTest {

    private static final int QUOTA = 20;
    private static final String[] SETTINGS = {
        "jobstream.quota.streams-per-subject=" + QUOTA, "jobstream.quota.lease=1s", "jobstream.heartbeat=500ms"
    };

    private final ValkeyServer valkey = ValkeyServer.startPrivate();
    private final Queue<SseClient> clients = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() throws IOException {
        leave();
        valkey.close();
    }

    private void leave() throws IOException {
        for (SseClient client = clients.poll(); client != null; client = clients.poll()) {
            client.close();
        }
    }

    /** Tries to watch so many times, turn by turn on each node: how many streams were opened. */
    private int open(int times, String subject, int... ports) throws Exception {
        String token = RunningServer.token(claims -> claims.subject(subject));
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int port = ports[i % ports.length];
            String job = "job-" + i % 7;
            answers.add(threads.submit(() -> watch(port, job, token)));
        }
        threads.shutdown();
        int opened = 0;
        for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isIn(200, 429);
            opened += answer.get() == 200 ? 1 : 0;
        }
        return opened;
    }

    private int watch(int port, String job, String token) throws IOException {
        SseClient client = SseClient.get(
                port,
                "/runner-jobs/" + job + "/events/stream",
                RunningServer.PATIENCE,
                "Authorization: Bearer " + token);
        if (client.status() == 200) {
            clients.add(client);
        } else {
            client.close();
        }
        return client.status();
    }

    @Test
    void aSubjectHasItsQuotaOnAllNodesTogetherAndGetsBackWhatItLeaves() throws Exception {
        try (RunningServer one = RunningServer.startOn(valkey, SETTINGS);
                RunningServer two = RunningServer.startOn(valkey, SETTINGS)) {
            assertThat(open(200, "ann", one.port(), two.port())).isEqualTo(QUOTA);
            assertThat(one.streams().openStreams()).isBetween(1, QUOTA - 1);
            assertThat(open(30, "bob", two.port())).isEqualTo(QUOTA);

            leave();
            await().until(() -> one.streams().openStreams() + two.streams().openStreams() == 0);
            await().until(() -> open(1, "ann", two.port()) == 1);
        }
    }

    @Test
    void theShareOfANodeThatWasKilledIsFreeSoon() throws Exception {
        List<String> settings = new ArrayList<>(List.of(SETTINGS));
        settings.addAll(List.of(
                "jobstream.transport=valkey",
                "spring.data.redis.host=" + valkey.host(),
                "spring.data.redis.port=" + valkey.port(),
                "spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + RunningServer.MINT.publicKey(),
                "spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE));
        try (RunningServer survivor = RunningServer.startOn(valkey, SETTINGS)) {
            try (ServerProcess dead = ServerProcess.start(settings.toArray(String[]::new))) {
                int port = dead.awaitPort();
                assertThat(open(QUOTA, "ann", port)).isEqualTo(QUOTA);
                assertThat(open(1, "ann", survivor.port())).isZero();
                dead.kill();
            }

            await().atMost(Duration.ofSeconds(10)).until(() -> open(1, "ann", survivor.port()) == 1);
            assertThat(open(QUOTA, "ann", survivor.port())).isEqualTo(QUOTA - 1);
        }
    }

    @Test
    void whileValkeyIsAwayEachNodeKeepsToTheQuotaAndNobodyWaits() throws Exception {
        try (RunningServer one = RunningServer.startOn(valkey, SETTINGS);
                RunningServer two = RunningServer.startOn(valkey, SETTINGS)) {
            assertThat(open(5, "ann", one.port())).isEqualTo(5);
            valkey.kill();

            assertThat(open(50, "ann", two.port())).isEqualTo(QUOTA);
            assertThat(open(50, "ann", one.port())).isEqualTo(QUOTA - 5);

            valkey.start();
            AtomicInteger attempts = new AtomicInteger();
            await().until(() -> {
                String somebody = "bob" + attempts.incrementAndGet(); // Who has opened some counts everywhere later.
                return open(1, somebody, one.port()) == 1 && open(QUOTA, somebody, two.port()) < QUOTA;
            });
            assertThat(open(5, "ann", one.port(), two.port())).isZero();
        }
    }
}
