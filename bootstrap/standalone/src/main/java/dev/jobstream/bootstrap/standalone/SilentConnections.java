package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.publishing.SilentPublishers;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/**
 * Lets the connection of a publisher be idle for as long as its body has not ended; Jetty would end it after its idle time-out.
 * Whether a silent publisher is still there its kernel is asked: TCP's keep-alive ends a connection whose peer has gone without a
 * word. Over HTTP/2 the connection is that of other requests, too, and keeps its time-out.
 */
final class SilentConnections implements SilentPublishers {

    private static final long NEVER = 0;
    private static final int IDLE_SECONDS = 60;
    private static final int INTERVAL_SECONDS = 10;
    private static final int PROBES = 3;

    @Override
    public Runnable allow(HttpServletRequest request) {
        if (!request.getProtocol().startsWith("HTTP/1")) {
            return () -> {};
        }
        EndPoint endPoint = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        SocketChannel socket = ClientSockets.of(endPoint);
        if (socket != null) {
            ClientSockets.keepAlive(socket, IDLE_SECONDS, INTERVAL_SECONDS, PROBES);
        }
        long before = endPoint.getIdleTimeout();
        endPoint.setIdleTimeout(NEVER);
        return () -> endPoint.setIdleTimeout(before);
    }
}
