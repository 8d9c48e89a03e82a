package dev.jobstream.adapters.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands between the driver and a server, and cuts one connection inside a run of subscription acknowledgements. */
final class CuttingProxy implements AutoCloseable {

    private static final String ACKNOWLEDGEMENT = "3\r\n$9\r\nsubscribe\r\n";

    private final ValkeyServer server;
    private final ServerSocket entrance;
    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicBoolean hasCut = new AtomicBoolean();

    CuttingProxy(ValkeyServer server) throws IOException {
        this.server = server;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    /** Cuts once, behind the first of several acknowledgements that come together. */
    void cutInsideTheNextBatch() {
        armed.set(true);
    }

    boolean hasCut() {
        return hasCut.get();
    }

    private void accept() throws IOException {
        while (!entrance.isClosed()) {
            Socket client = entrance.accept();
            Socket upstream = new Socket(server.host(), server.port());
            daemon(() -> copy(client, upstream, false));
            daemon(() -> copy(upstream, client, true));
        }
    }

    private void copy(Socket from, Socket to, boolean mayCut) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                int second = mayCut ? secondAcknowledgement(buffer, length) : -1;
                if (second > 0 && armed.compareAndSet(true, false)) {
                    out.write(buffer, 0, second);
                    hasCut.set(true);
                    return;
                }
                out.write(buffer, 0, length);
            }
        }
    }

    /** The index of its type byte; negative if there are not two. */
    private static int secondAcknowledgement(byte[] buffer, int length) {
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        int first = text.indexOf(ACKNOWLEDGEMENT);
        return first < 0 ? -1 : text.indexOf(ACKNOWLEDGEMENT, first + 1) - 1;
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Task {
        void run() throws IOException;
    }
}
