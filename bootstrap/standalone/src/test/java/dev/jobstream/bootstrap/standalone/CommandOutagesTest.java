package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.bootstrap.standalone.JobstreamCommand.Ended;
import dev.jobstream.bootstrap.standalone.JobstreamCommand.Running;
import dev.jobstream.tools.Proxy;
import dev.jobstream.tools.TokenMint;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The command where connections are cut and servers go away: nothing is lost, and nothing comes twice. */
class CommandOutagesTest {

    /** Two nodes: where one is lost, the other goes on with what Valkey keeps, as would one that is started again. */
    private static RunningServer one;

    private static RunningServer other;

    private final String job = "job-" + UUID.randomUUID();

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        one = RunningServer.startOn(ValkeyServer.shared());
        other = RunningServer.startOn(ValkeyServer.shared());
    }

    @AfterAll
    static void stop() {
        one.close();
        other.close();
    }

    /** Ends connections in the midst of what they carry down, as many as it is told to; and has clients come back soon. */
    private static final class Cuts implements Proxy.Tap {

        private static final String RETRY = "retry: 3000";

        private final AtomicInteger left = new AtomicInteger();
        private final AtomicBoolean loseAnAnswer = new AtomicBoolean();

        @Override
        public boolean down(byte[] bytes, Socket server, OutputStream out) throws IOException {
            String text = new String(bytes, ISO_8859_1).replace(RETRY, "retry: 0020");
            if (text.startsWith("HTTP/1.1 201") && loseAnAnswer.compareAndSet(true, false)) {
                return false;
            }
            boolean cut = text.contains("step.output") && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            out.write(text.getBytes(ISO_8859_1), 0, cut ? text.length() / 2 : text.length());
            return !cut;
        }
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(RunningServer.PATIENCE);
    }

    private static String lines(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(i).append(" of \"many\" lines ✓\n");
        }
        return lines.toString();
    }

    @Test
    void watchersSeeAllOnceWhateverIsCutAndWhicheverNodeIsLost() throws Exception {
        Cuts cuts = new Cuts();
        try (Proxy proxy = new Proxy(one.port(), cuts);
                Running watching = new JobstreamCommand(proxy.port()).start("watch", "--text", job);
                Running running =
                        new JobstreamCommand(one.port()).start("run", job, "--job", "--", "sh", "-c", "cat; exit 9")) {
            StringBuilder printed = new StringBuilder();
            for (int round = 1; round <= 6; round++) {
                String more = round + ": " + lines(300);
                printed.append(more);
                cuts.left.set(2);
                running.tell(more.strip());
                if (round % 3 == 0) { // a node is lost, and for a while there is nobody
                    proxy.refuse(true);
                    proxy.leadTo(round == 3 ? other.port() : one.port());
                    int before = proxy.accepted();
                    await().until(() -> proxy.accepted() > before);
                    proxy.refuse(false);
                }
                int length = printed.length();
                await().until(() -> watching.output().length() >= length);
            }
            running.process().getOutputStream().close();
            running.await().endsWith(9);
            assertThat(watching.await().endsWith(1).output()).isEqualTo(printed.toString());
            assertThat(proxy.accepted()).isGreaterThan(10);
        }
    }

    @Test
    void whatRunPublishesIsThereOnceWhateverIsCutAndWhicheverNodeIsLost() throws Exception {
        Cuts cuts = new Cuts();
        String first = lines(20_000);
        Path file = Files.writeString(directory.resolve("printed"), first);
        try (Proxy proxy = new Proxy(one.port(), cuts)) {
            proxy.refuse(true);
            Running running = new JobstreamCommand(proxy.port())
                    .start("run", job, "--job", "--", "sh", "-c", "cat " + file + "; cat");
            // The command does not wait for a server.
            await().until(() -> running.output().length() == first.length());
            cuts.loseAnAnswer.set(true);
            proxy.refuse(false);
            await().untilFalse(cuts.loseAnAnswer);
            running.tell("more");
            proxy.refuse(true);
            proxy.leadTo(other.port());
            cuts.loseAnAnswer.set(true);
            proxy.refuse(false);
            running.process().getOutputStream().close();
            Ended ran = running.await().succeeds();
            assertThat(ran.output()).isEqualTo(first + "more\n");
            assertThat(ran.errors()).isEmpty();
            assertThat(cuts.loseAnAnswer).isFalse();
        }
        Ended watched = new JobstreamCommand(one.port()).run("watch", "--text", job);
        assertThat(watched.succeeds().output()).isEqualTo(first + "more\n");
    }

    /** For half an hour's patience: 100 MB, a proxy that cuts every 5 s, a server that is killed and started again twice. */
    @Test
    @EnabledIfSystemProperty(named = "jobstream.command", matches = "long")
    void aLongRunIsSeenWhole() throws Exception {
        Path file = directory.resolve("printed");
        byte[] piece = lines(20_000).getBytes(UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long size = 0; size < 100_000_000; size += piece.length) {
                out.write(piece);
            }
        }
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        ServerProcess server = process();
        try (Proxy proxy = new Proxy(server.awaitPort());
                Running watching = new JobstreamCommand(proxy.port()).start("watch", "--text", job);
                Running running = new JobstreamCommand(proxy.port())
                        .start("run", job, "--job", "--wait", "120", "--", "cat", file.toString())) {
            timer.scheduleAtFixedRate(proxy::cut, 5, 5, TimeUnit.SECONDS);
            for (long size = 20_000_000; size <= 40_000_000; size += 20_000_000) {
                long enough = size;
                await().until(() -> Files.size(watching.out()) > enough);
                server.kill();
                server = process();
                proxy.leadTo(server.awaitPort());
            }
            assertThat(running.process().waitFor(15, TimeUnit.MINUTES)).isTrue();
            running.await().succeeds();
            assertThat(watching.process().waitFor(15, TimeUnit.MINUTES)).isTrue();
            watching.await().succeeds();
            assertThat(Files.mismatch(running.out(), file)).isEqualTo(-1);
            assertThat(Files.mismatch(watching.out(), file)).isEqualTo(-1);
        } finally {
            timer.shutdownNow();
            server.close();
        }
    }

    /** The same proxy, and nothing to say for a minute. */
    @Test
    @EnabledIfSystemProperty(named = "jobstream.command", matches = "long")
    void aCommandThatIsSilentForAMinuteIsSeenWhole() throws Exception {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        try (Proxy proxy = new Proxy(one.port());
                Running watching = new JobstreamCommand(proxy.port()).start("watch", "--text", job);
                Running running = new JobstreamCommand(proxy.port())
                        .start("run", job, "--job", "--", "sh", "-c", "echo before; sleep 60; echo after; exit 7")) {
            timer.scheduleAtFixedRate(proxy::cut, 5, 5, TimeUnit.SECONDS);
            assertThat(running.await().endsWith(7).output()).isEqualTo("before\nafter\n");
            assertThat(watching.await().endsWith(1).output()).isEqualTo("before\nafter\n");
            assertThat(proxy.accepted()).isGreaterThan(10);
        } finally {
            timer.shutdownNow();
        }
    }

    private static ServerProcess process() throws IOException {
        return ServerProcess.start(
                "jobstream.transport=valkey",
                "spring.data.redis.port=" + ValkeyServer.shared().port(),
                "spring.data.redis.host=" + ValkeyServer.shared().host(),
                "spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + RunningServer.MINT.publicKey(),
                "spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE);
    }
}
