package dev.jobstream.adapters.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between the driver and a server; what passes in either direction goes through the hands of a subclass. */
abstract class TappedProxy implements AutoCloseable {

    private final ValkeyServer server;
    private final ServerSocket entrance;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    TappedProxy(ValkeyServer server) throws IOException {
        this.server = server;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** Lets the driver in; the last thing that a subclass's constructor does, so that its fields are there. */
    final void begin() {
        daemon(this::accept);
    }

    public final int port() {
        return entrance.getLocalPort();
    }

    /** Passes on what the driver has sent; whether the connection goes on. */
    boolean up(byte[] buffer, int length, Socket upstream, OutputStream out) throws IOException {
        out.write(buffer, 0, length);
        return true;
    }

    /** Passes on what the server has sent; whether the connection goes on. */
    abstract boolean down(byte[] buffer, int length, Socket upstream, OutputStream out) throws IOException;

    static String text(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    }

    private void accept() throws IOException {
        while (!entrance.isClosed()) {
            Socket client = entrance.accept();
            Socket upstream = new Socket(server.host(), server.port());
            clients.add(client);
            daemon(() -> copy(client, upstream, (buffer, length, out) -> up(buffer, length, upstream, out)));
            daemon(() -> copy(upstream, client, (buffer, length, out) -> down(buffer, length, upstream, out)));
        }
    }

    private static void copy(Socket from, Socket to, Tap tap) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            int length = in.read(buffer);
            while (length >= 0 && tap.pass(buffer, length, out)) {
                length = in.read(buffer);
            }
        }
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // a side has closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            entrance.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private interface Tap {
        boolean pass(byte[] buffer, int length, OutputStream out) throws IOException;
    }
}
