package dev.jobstream.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster are asked and told. */
final class ClusterNodes {

    static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private ClusterNodes() {}

    static Stream<String> nodeLines(ValkeyServer node) {
        return text(node, "CLUSTER", "NODES").lines();
    }

    static String text(ValkeyServer node, String... words) {
        return String.valueOf(call(node, words));
    }

    static Object call(ValkeyServer node, String... words) {
        return call(node, new String[][] {words});
    }

    /** Sends all, and returns the last one's answer. */
    static Object call(ValkeyServer node, String[]... commands) {
        try (Resp connection = new Resp(node.host(), node.port())) {
            for (String[] words : commands) {
                connection.send(words);
            }
            connection.flush();
            @Nullable Object answer = null;
            for (int i = 0; i < commands.length; i++) {
                answer = connection.receive();
            }
            return Objects.requireNonNull(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(commands[0][0] + " " + commands[0][1] + ": " + e.getMessage(), e);
        }
    }

    static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .until(condition);
    }

    /** Whether this node takes the one at this port for the primary of a slot. */
    static boolean sees(ValkeyServer asked, int slot, int port) {
        for (Object range : (List<?>) call(asked, "CLUSTER", "SLOTS")) {
            List<?> words = (List<?>) range;
            if ((Long) words.get(0) <= slot && slot <= (Long) words.get(1)) {
                return (Long) ((List<?>) words.get(2)).get(1) == port;
            }
        }
        return false;
    }
}
