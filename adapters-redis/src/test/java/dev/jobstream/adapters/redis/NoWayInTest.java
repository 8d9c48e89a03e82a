package dev.jobstream.adapters.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.JournalLimits;
import dev.jobstream.tools.SelfSigned;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.function.Consumer;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration.LettuceClientConfigurationBuilder;

/** What is wrong with the way to Valkey is said once, when the application starts, and not only to whoever watches. */
class NoWayInTest {

    private static final Consumer<LettuceClientConfigurationBuilder> IN_THE_CLEAR = settings -> {};
    private static final Consumer<LettuceClientConfigurationBuilder> BY_TLS = LettuceClientConfigurationBuilder::useSsl;

    @Test
    void nobodyIsThereYet() {
        try (ValkeyServer server = ValkeyServer.atFreePort();
                LoggedBy log = new LoggedBy(ValkeyProbe.class);
                TestTransport valkey = new TestTransport(server, JournalLimits.DEFAULT)) {
            await().until(() -> !log.lines().isEmpty());
            server.start();
            await().until(() -> valkey.transport().isAnswering());

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("Valkey cannot be reached: ")
                    .containsIgnoringCase("connection refused");
        }
    }

    @Test
    void thePasswordIsWrongOrMissing() throws IOException {
        try (ValkeyServer server = ValkeyServer.startPrivate()) {
            server.ask("CONFIG SET requirepass right");
            RedisStandaloneConfiguration target = new RedisStandaloneConfiguration(server.host(), server.port());

            assertThat(said(target, IN_THE_CLEAR))
                    .startsWith("Valkey cannot be reached: the user or the password is wrong (NOAUTH ");
            target.setPassword("wrong");
            assertThat(said(target, IN_THE_CLEAR))
                    .startsWith("Valkey cannot be reached: the user or the password is wrong (WRONGPASS ");
        }
    }

    @Test
    void itsCertificateIsNotTrusted() throws Exception {
        try (SSLServerSocket server = (SSLServerSocket) SelfSigned.create()
                .server()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread shakesHands = new Thread(() -> {
                while (!server.isClosed()) {
                    try (SSLSocket socket = (SSLSocket) server.accept()) {
                        socket.startHandshake();
                    } catch (IOException e) {
                        // the client hangs up, or the test is over
                    }
                }
            });
            shakesHands.setDaemon(true);
            shakesHands.start();

            assertThat(said(new RedisStandaloneConfiguration("localhost", server.getLocalPort()), BY_TLS))
                    .startsWith("Valkey cannot be reached: no TLS with it, see to the certificates of both sides (")
                    .contains("certification path");
        }
    }

    /** The first that is said. */
    private static String said(
            RedisStandaloneConfiguration target, Consumer<LettuceClientConfigurationBuilder> settings) {
        try (LoggedBy log = new LoggedBy(ValkeyProbe.class);
                TestTransport valkey = new TestTransport(target, JournalLimits.DEFAULT, settings)) {
            assertThat(valkey.transport().isRunning()).isTrue();
            await().until(() -> !log.lines().isEmpty());
            return log.lines().get(0);
        }
    }
}
