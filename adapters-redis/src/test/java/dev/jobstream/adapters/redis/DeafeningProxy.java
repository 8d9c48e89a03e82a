package dev.jobstream.adapters.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the driver and a server, and takes a subscription away behind the driver's back: it unsubscribes over the
 * subscriber's own connection and keeps the server's answer to itself. The driver goes on to believe that it is subscribed.
 */
public final class DeafeningProxy implements AutoCloseable {

    private static final String SUBSCRIBE = "\r\nSUBSCRIBE\r\n";
    private static final String UNSUBSCRIBED = "3\r\n$11\r\nunsubscribe\r\n";

    private final ValkeyServer server;
    private final ServerSocket entrance;
    private final ConcurrentHashMap<Socket, Socket> connections = new ConcurrentHashMap<>();
    private final AtomicInteger subscribers = new AtomicInteger();
    private volatile @Nullable Socket subscriber;
    private volatile @Nullable CountDownLatch answer;

    public DeafeningProxy(ValkeyServer server) throws IOException {
        this.server = server;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** How many connections have subscribed to something. */
    public int subscribers() {
        return subscribers.get();
    }

    /** The channel must be subscribed and silent just now. */
    public void deafen(String channel) throws IOException, InterruptedException {
        Socket upstream = subscriber;
        if (upstream == null) {
            throw new IllegalStateException("nobody has subscribed");
        }
        CountDownLatch swallowed = new CountDownLatch(1);
        answer = swallowed;
        upstream.getOutputStream()
                .write(("*2\r\n$11\r\nUNSUBSCRIBE\r\n$" + channel.length() + "\r\n" + channel + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        if (!swallowed.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server did not answer");
        }
    }

    private void accept() throws IOException {
        while (!entrance.isClosed()) {
            Socket client = entrance.accept();
            Socket upstream = new Socket(server.host(), server.port());
            connections.put(client, upstream);
            daemon(() -> copyUp(client, upstream));
            daemon(() -> copyDown(upstream, client));
        }
    }

    private void copyUp(Socket client, Socket upstream) throws IOException {
        try (client;
                upstream) {
            InputStream in = client.getInputStream();
            OutputStream out = upstream.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                if (text(buffer, length).contains(SUBSCRIBE) && subscriber != upstream) {
                    subscriber = upstream;
                    subscribers.incrementAndGet();
                }
                out.write(buffer, 0, length);
            }
        }
    }

    private void copyDown(Socket upstream, Socket client) throws IOException {
        try (client;
                upstream) {
            InputStream in = upstream.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                CountDownLatch waiting = answer;
                if (waiting != null
                        && upstream == subscriber
                        && text(buffer, length).contains(UNSUBSCRIBED)) {
                    answer = null;
                    waiting.countDown();
                } else {
                    out.write(buffer, 0, length);
                }
            }
        }
    }

    private static String text(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
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
            for (Socket client : connections.keySet()) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Task {
        void run() throws IOException;
    }
}
