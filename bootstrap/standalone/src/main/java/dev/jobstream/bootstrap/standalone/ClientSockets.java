package dev.jobstream.bootstrap.standalone;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/** The sockets of Jetty's connections. */
final class ClientSockets {

    private ClientSockets() {}

    /** The socket below a connection, TLS or not; {@code null} if there is none. */
    static @Nullable SocketChannel of(EndPoint endPoint) {
        Object transport = endPoint.getTransport();
        if (transport instanceof EndPoint below) { // TLS
            return of(below);
        }
        return transport instanceof SocketChannel socket ? socket : null;
    }

    /** Has the kernel ask whether the peer is there: as often as is said, where the system lets us say, else every two hours. */
    static void keepAlive(SocketChannel socket, int idleSeconds, int intervalSeconds, int probes) {
        set(socket, StandardSocketOptions.SO_KEEPALIVE, true);
        set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, idleSeconds);
        set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, intervalSeconds);
        set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, probes);
    }

    private static <T> void set(SocketChannel socket, SocketOption<T> option, T value) {
        if (socket.supportedOptions().contains(option)) {
            try {
                socket.setOption(option, value);
            } catch (IOException e) {
                // It has just been closed.
            }
        }
    }
}
