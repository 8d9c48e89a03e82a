package dev.jobstream.tools;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Ports of 127.0.0.1, for programs that have to be told theirs. */
public final class LocalPort {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CONNECT_MILLIS = 500;

    private LocalPort() {}

    /** One that nobody has at this moment. */
    public static int free() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    /** Waits until somebody listens. */
    static void await(int port) {
        Awaitility.await("who listens on port " + port)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
                        return true;
                    }
                });
    }
}
