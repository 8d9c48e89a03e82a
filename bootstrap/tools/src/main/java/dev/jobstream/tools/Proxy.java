package dev.jobstream.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A link to a server that can be broken in every way that links break. Two threads a connection: for few of them. */
public final class Proxy implements AutoCloseable {

    /** Small, so that what is not passed on is soon felt by the server. */
    private static final int RECEIVE_BUFFER = 64 * 1024;

    private static final int CONNECT_MILLIS = 180_000;

    private final String host;
    private final @Nullable Tap tap;
    private final ServerSocket entrance;
    /** The clients' ends of connections that the server does not know of any more. */
    private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();

    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> entered = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile int target;
    private volatile boolean refusing;
    private volatile boolean closing;
    private boolean swallowing;
    private volatile long delayMillis;
    private volatile int piece = Integer.MAX_VALUE;
    private volatile long bytesPerSecond = Long.MAX_VALUE;
    private final AtomicInteger accepted = new AtomicInteger();

    /** Looks at what passes, and may change it. Called on the connection's own threads, one for each direction. */
    public interface Tap {
        /**
         * Passes on what the client has sent.
         *
         * @return whether the connection goes on
         */
        default boolean up(byte[] bytes, Socket server, OutputStream out) throws IOException {
            out.write(bytes);
            return true;
        }
        /**
         * Passes on what the server has sent.
         *
         * @return whether the connection goes on
         */
        default boolean down(byte[] bytes, Socket server, OutputStream out) throws IOException {
            out.write(bytes);
            return true;
        }
    }

    /** To a server on this machine. */
    public Proxy(int target) throws IOException {
        this("127.0.0.1", target, null);
    }

    /** To a server on this machine whose traffic is looked at. */
    public Proxy(int target, Tap tap) throws IOException {
        this("127.0.0.1", target, tap);
    }

    /** To a server whose traffic is looked at. */
    public Proxy(ValkeyServer server, Tap tap) throws IOException {
        this(server.host(), server.port(), tap);
    }

    private Proxy(String host, int target, @Nullable Tap tap) throws IOException {
        this.host = host;
        this.target = target;
        this.tap = tap;
        entrance = new ServerSocket();
        entrance.setReuseAddress(true);
        entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        daemon(this::accept);
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** Connections made so far. */
    public int accepted() {
        return accepted.get();
    }

    /** Leads somewhere else from now on, and cuts what there is. */
    public void leadTo(int port) {
        target = port;
        cut();
    }

    /** Leads somewhere else what comes from now on, and leaves what there is. */
    public void leadNewTo(int port) {
        target = port;
    }

    /** Resets every connection; new ones may come. */
    public void cut() {
        sockets.forEach(Proxy::reset);
    }

    /** Cuts, and takes no new connection for as long as it is so. */
    public void refuse(boolean on) {
        refusing = on;
        if (on) {
            cut();
        }
    }

    /** Nothing is passed on, nothing is closed, new connections are taken: a black hole. */
    public void blackHole(boolean on) {
        lock.lock();
        try {
            swallowing = on;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The server's side of every connection is closed, and the other side hears nothing of it: half-open, as behind a
     * firewall that has forgotten them. New connections are good.
     */
    public void forget() {
        forgotten.addAll(entered);
        for (Socket socket : sockets) {
            if (!forgotten.contains(socket)) {
                reset(socket);
            }
        }
    }

    public void delay(long millis) {
        delayMillis = millis;
    }

    /** Passes on so many bytes at a time, in packets of their own, and no more than this in a second. */
    public void trickle(int bytesAtATime, long perSecond) {
        piece = bytesAtATime;
        bytesPerSecond = perSecond;
    }

    public void heal() {
        refusing = false;
        delayMillis = 0;
        piece = Integer.MAX_VALUE;
        bytesPerSecond = Long.MAX_VALUE;
        blackHole(false);
    }

    private void accept() throws Exception {
        while (!entrance.isClosed()) {
            Socket client = entrance.accept();
            accepted.incrementAndGet();
            if (refusing) {
                reset(client);
                continue;
            }
            Socket server = new Socket();
            try {
                server.setReceiveBufferSize(RECEIVE_BUFFER);
                server.connect(new InetSocketAddress(host, target), CONNECT_MILLIS);
            } catch (IOException e) {
                reset(client);
                continue;
            }
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            entered.add(client);
            sockets.add(client);
            sockets.add(server);
            daemon(() -> copy(client, server, true));
            daemon(() -> copy(server, client, false));
        }
    }

    private void copy(Socket from, Socket to, boolean up) throws Exception {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1024 * 1024];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                for (int at = 0; at < length; ) {
                    int size = Math.min(piece, length - at);
                    awaitPassage();
                    if (delayMillis > 0) {
                        TimeUnit.MILLISECONDS.sleep(delayMillis);
                    }
                    if (!forgotten.contains(from) && !pass(buffer, at, size, up, up ? to : from, out)) {
                        return;
                    }
                    at += size;
                    if (bytesPerSecond != Long.MAX_VALUE) {
                        TimeUnit.NANOSECONDS.sleep(size * 1_000_000_000L / bytesPerSecond);
                    }
                }
            }
            awaitPassage();
        } finally {
            if (forgotten.remove(from)) {
                entered.remove(from);
                sockets.remove(from);
                from.close();
            }
            close(from);
            close(to);
        }
    }

    private boolean pass(byte[] buffer, int from, int size, boolean up, Socket server, OutputStream out)
            throws IOException {
        if (tap == null) {
            out.write(buffer, from, size);
            return true;
        }
        byte[] bytes = Arrays.copyOfRange(buffer, from, from + size);
        return up ? tap.up(bytes, server, out) : tap.down(bytes, server, out);
    }

    private void awaitPassage() throws InterruptedException {
        lock.lock();
        try {
            while (swallowing) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void close(Socket socket) throws IOException {
        if (forgotten.contains(socket) && !closing) {
            return;
        }
        entered.remove(socket);
        sockets.remove(socket);
        socket.close();
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is closed already
        }
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // a side has closed
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.setName("proxy");
        thread.start();
    }

    @Override
    public void close() {
        closing = true;
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        heal();
        cut();
    }

    private interface Task {
        void run() throws Exception;
    }
}
