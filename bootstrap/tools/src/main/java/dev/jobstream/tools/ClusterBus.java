package dev.jobstream.tools;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bus over which the nodes of a cluster speak with each other, led through entrances of its own, so that it can be cut
 * between some of them: as a network does that drops what it is given, while clients still reach every node. Whose a
 * connection is says the head of its first message, which begins with {@code RCmb} and has the sender's name at byte 40.
 */
final class ClusterBus implements AutoCloseable {

    private static final int NAME_AT = 40;
    private static final int NAME_LENGTH = 40;
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Who is alone: a node's name, and the entrance through which the others reach it. */
    private record Alone(String name, int entrance) {}

    private final List<ServerSocket> entrances = new ArrayList<>();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Alone alone;

    /** Opens an entrance to the bus port of a node, and returns its own port, which that node has to announce. */
    int entranceTo(int busPort) throws IOException {
        ServerSocket entrance = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        entrances.add(entrance);
        daemon(() -> {
            while (true) {
                Socket from = entrance.accept();
                new Link(from, entrance.getLocalPort(), busPort).begin();
            }
        });
        return entrance.getLocalPort();
    }

    /** Cuts one node off from all others. */
    void separate(String name, int entrance) {
        alone = new Alone(name, entrance);
    }

    /** Passes everything on again. Connections that have lost something are made anew. */
    void heal() {
        alone = null;
        links.stream().filter(link -> link.hasLost).forEach(Link::close);
    }

    @Override
    public void close() {
        try {
            for (ServerSocket entrance : entrances) {
                entrance.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::close);
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // A side has closed.
                    }
                },
                "cluster-bus");
        thread.setDaemon(true);
        thread.start();
    }

    /** A connection from one node to another. */
    private final class Link {

        private final Socket from;
        private final int entrance;
        private final int busPort;
        private final Socket to = new Socket();
        private volatile String sender = "";
        private volatile boolean hasLost;

        Link(Socket from, int entrance, int busPort) {
            this.from = from;
            this.entrance = entrance;
            this.busPort = busPort;
        }

        void begin() {
            links.add(this);
            daemon(this::there);
        }

        private void there() throws IOException {
            try {
                to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), busPort));
                from.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                byte[] head = new byte[NAME_AT + NAME_LENGTH];
                new DataInputStream(from.getInputStream()).readFully(head);
                sender = new String(head, NAME_AT, NAME_LENGTH, StandardCharsets.US_ASCII);
                daemon(this::back);
                pass(head, head.length, to.getOutputStream());
                copy(from, to);
            } finally {
                close();
            }
        }

        private void back() throws IOException {
            try {
                copy(to, from);
            } finally {
                close();
            }
        }

        private void copy(Socket source, Socket target) throws IOException {
            InputStream in = source.getInputStream();
            OutputStream out = target.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                pass(buffer, length, out);
            }
        }

        private void pass(byte[] bytes, int length, OutputStream out) throws IOException {
            Alone one = alone;
            if (one != null && sender.equals(one.name) != (entrance == one.entrance)) {
                hasLost = true;
            }
            if (!hasLost) {
                out.write(bytes, 0, length);
            }
        }

        void close() {
            links.remove(this);
            try (from) {
                to.close();
            } catch (IOException e) {
                // It is closed.
            }
        }
    }
}
