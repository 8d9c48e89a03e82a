package dev.jobstream.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Passes connections on to a server that is right, and changes what goes over its WebSockets. */
final class FaultySocketProxy implements AutoCloseable {

    /** A frame from the server (RFC 6455, 5.2). */
    record Frame(int opcode, byte[] payload) {

        static final int TEXT = 1;
        static final int CLOSE = 8;
        static final int PING = 9;
    }

    /** What is wrong; a frame that is not returned does not arrive. */
    interface Frames {

        @Nullable
        Frame change(Frame frame);
    }

    private static final int IN_TWO_BYTES = 126;
    private static final int LAST = 0x80;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final ServerSocket listening;
    private final int upstream;
    private final UnaryOperator<String> head;
    private final Frames frames;
    private final boolean endsWhenSpokenTo;

    /** @param head what becomes of a request's head; one that is empty then is answered with 200 */
    FaultySocketProxy(int upstream, UnaryOperator<String> head, Frames frames, boolean endsWhenSpokenTo)
            throws IOException {
        this.upstream = upstream;
        this.head = head;
        this.frames = frames;
        this.endsWhenSpokenTo = endsWhenSpokenTo;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::listen);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void listen() {
        try {
            while (true) {
                Socket client = listening.accept();
                sockets.add(client);
                threads.execute(() -> pass(client));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void pass(Socket client) {
        try (client;
                Socket server = new Socket("127.0.0.1", upstream)) {
            sockets.add(server);
            String request = head(client.getInputStream());
            boolean upgrade = request.toLowerCase(java.util.Locale.ROOT).contains("\r\nupgrade: websocket");
            String changed = head.apply(request);
            if (!upgrade) { // What comes after it is to have a connection of its own.
                changed = changed.replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
            }
            if (changed.isEmpty()) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
                return;
            }
            server.getOutputStream().write(changed.getBytes(ISO_8859_1));
            if (!upgrade) {
                threads.execute(() -> pipe(client, server, false));
                server.getInputStream().transferTo(client.getOutputStream());
                return;
            }
            String answer = head(server.getInputStream());
            client.getOutputStream().write(answer.getBytes(ISO_8859_1));
            threads.execute(() -> pipe(client, server, endsWhenSpokenTo));
            frames(new DataInputStream(server.getInputStream()), new DataOutputStream(client.getOutputStream()));
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    private static void pipe(Socket from, Socket to, boolean once) {
        try {
            if (once) {
                if (from.getInputStream().read() >= 0) {
                    from.close();
                }
            } else {
                OutputStream out = to.getOutputStream();
                from.getInputStream().transferTo(out);
            }
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            bytes.write(b);
        }
        return bytes.toString(ISO_8859_1);
    }

    private void frames(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0f;
            int length = in.readUnsignedByte();
            if (length == IN_TWO_BYTES) {
                length = in.readUnsignedShort();
            }
            byte[] payload = in.readNBytes(length);
            Frame frame = frames.change(new Frame(opcode, payload));
            if (frame != null) {
                out.writeByte(LAST | frame.opcode());
                int changed = frame.payload().length;
                if (changed < IN_TWO_BYTES) {
                    out.writeByte(changed);
                } else {
                    out.writeByte(IN_TWO_BYTES);
                    out.writeShort(changed);
                }
                out.write(frame.payload());
                out.flush();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
