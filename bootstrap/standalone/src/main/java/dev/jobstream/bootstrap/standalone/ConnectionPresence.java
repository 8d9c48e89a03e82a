package dev.jobstream.bootstrap.standalone;

import dev.jobstream.adapters.web.watching.ClientPresence;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;

/**
 * Asks the kernel whether a connection has failed, without a byte to it or from it.
 *
 * <p>That a client has gone its kernel tells: with a reset, or by not answering what ours asks while nothing else is sent (TCP
 * keep-alive, RFC 9293, section 3.8.4). A FIN alone says no more than that it sends nothing more; who has closed, and not only
 * half, answers the keep-alive with a reset once its kernel has forgotten the connection, on Linux after 60 s. So it is
 * known after {@value #IDLE_SECONDS} s and the time of {@value #PROBES} probes where a client is out of reach, and at the
 * first probe after those 60 s where it has closed.
 *
 * <p>A selector marks every key as ready whose connection has failed, and a connected one is never ready to connect but for
 * that. Its own selector keeps out of the way of the container's.
 */
final class ConnectionPresence implements ClientPresence, AutoCloseable {

    private static final int IDLE_SECONDS = 20;
    private static final int INTERVAL_SECONDS = 5;
    private static final int PROBES = 4;

    private final Selector selector;

    ConnectionPresence() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public BooleanSupplier hasGone(HttpServletRequest request) {
        SocketChannel socket = ClientSockets.of(ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint());
        if (socket == null) {
            return UNKNOWN.hasGone(request);
        }
        ClientSockets.keepAlive(socket, IDLE_SECONDS, INTERVAL_SECONDS, PROBES);
        return () -> hasFailed(socket);
    }

    private synchronized boolean hasFailed(SocketChannel socket) {
        try {
            SelectionKey key = socket.register(selector, SelectionKey.OP_CONNECT);
            try {
                selector.selectNow();
                return key.isConnectable();
            } finally {
                key.cancel();
                selector.selectNow(); // A channel that is closed lives on for as long as it is registered.
            }
        } catch (ClosedChannelException | CancelledKeyException e) {
            return true;
        } catch (ClosedSelectorException e) {
            return false; // The server is closing, and ends its streams by itself.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
