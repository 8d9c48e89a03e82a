package dev.jobstream.tools;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A WebSocket of which each frame is written and read by the test, from RFC 6455 alone. Used by one thread. */
public final class RawWebSocket implements AutoCloseable {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;

    private static final int LAST = 0x80;
    private static final int MASKED = 0x80;
    private static final int LENGTH_IN_TWO_BYTES = 126;
    private static final int LENGTH_IN_EIGHT_BYTES = 127;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final String head;

    private RawWebSocket(Socket socket, String request) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        head = answer.toString();
    }

    public static RawWebSocket open(int port, String path, String... headers) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return new RawWebSocket(socket, request.append("\r\n").toString());
    }

    /** The status line and the headers that the server answered with. */
    public String head() {
        return head;
    }

    /** Sends one frame, masked with zeros. */
    public void send(int opcode, boolean last, byte[] payload) throws IOException {
        out.writeByte(opcode | (last ? LAST : 0));
        out.writeByte(MASKED | LENGTH_IN_EIGHT_BYTES);
        out.writeLong(payload.length);
        out.writeInt(0);
        out.write(payload);
    }

    /** The next message: its text, or {@code close <code>}. No message of these tests comes in parts. */
    public String next() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & ~LAST;
            int length = in.readUnsignedByte();
            if (length == LENGTH_IN_TWO_BYTES) {
                length = in.readUnsignedShort();
            }
            byte[] payload = in.readNBytes(length);
            if (opcode == CLOSE) {
                return "close " + (((payload[0] & 0xff) << 8) | (payload[1] & 0xff));
            }
            if (opcode != PING) {
                return new String(payload, StandardCharsets.UTF_8);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
