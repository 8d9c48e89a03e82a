package dev.jobstream.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes connections on to a server, and what the server sends with a delay. It reads at once, so that the server sees no
 * window that is full until 64 MB are on their way: of a long link it has the delay alone.
 */
final class Relay implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;
    private static final int CHUNKS = 1_024;
    private static final byte[] END = {};

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final long delayNanos;

    /** Bytes that may go on from a time on. */
    private record Due(long nanos, byte[] bytes) {}

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    Relay(String host, int port, int delayMillis) {
        this.host = host;
        this.port = port;
        delayNanos = delayMillis * 1_000_000L;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        inThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server = new Socket(host, port);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            BlockingQueue<Due> pipe = new LinkedBlockingQueue<>();
            Semaphore space = new Semaphore(CHUNKS);
            inThread(() -> {
                try (client;
                        server) {
                    client.getInputStream().transferTo(server.getOutputStream());
                }
            });
            inThread(() -> read(server, pipe, space));
            inThread(() -> write(client, pipe, space));
        }
    }

    private void read(Socket server, BlockingQueue<Due> pipe, Semaphore space)
            throws IOException, InterruptedException {
        try (server) {
            InputStream in = server.getInputStream();
            byte[] bytes = new byte[CHUNK];
            int size;
            while ((size = in.read(bytes)) > 0) {
                space.acquire();
                byte[] copy = new byte[size];
                System.arraycopy(bytes, 0, copy, 0, size);
                pipe.add(new Due(System.nanoTime() + delayNanos, copy));
            }
        } finally {
            pipe.add(new Due(System.nanoTime() + delayNanos, END));
        }
    }

    private static void write(Socket client, BlockingQueue<Due> pipe, Semaphore space)
            throws IOException, InterruptedException {
        try (client) {
            OutputStream out = client.getOutputStream();
            Due next;
            while ((next = pipe.take()).bytes != END) {
                long left;
                while ((left = next.nanos - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(left);
                }
                out.write(next.bytes);
                space.release();
            }
        } finally {
            // Nobody takes any more: who reads must not wait for space.
            space.release(CHUNKS);
        }
    }

    private static void inThread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // One of the ends has gone.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
