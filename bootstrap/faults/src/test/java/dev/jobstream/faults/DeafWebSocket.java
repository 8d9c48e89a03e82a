package dev.jobstream.faults;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A WebSocket that is opened and never read: a bare socket, so that no library takes a byte for it. */
final class DeafWebSocket implements AutoCloseable {

    private static final int RECEIVE_BUFFER = 4_096;

    private final Socket socket = new Socket();

    /** Reads the answer to the upgrade, up to its last byte. */
    DeafWebSocket(int port, String job, String token) throws IOException {
        try {
            int patience = (int) World.PATIENCE.toMillis();
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.setSoTimeout(patience);
            socket.connect(new InetSocketAddress("127.0.0.1", port), patience);
            String request = "GET /runner-jobs/" + job + "/events/ws HTTP/1.1\r\nHost: localhost\r\n"
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " + token + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String head = head(socket.getInputStream());
            if (!head.startsWith("HTTP/1.1 101")) {
                throw new IOException(head);
            }
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException(head.toString());
            }
            head.append((char) b);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
