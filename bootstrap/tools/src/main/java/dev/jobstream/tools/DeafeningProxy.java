package dev.jobstream.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the driver and a server, and takes a subscription away behind the driver's back: it unsubscribes over the
 * subscriber's own connection and keeps the server's answer to itself. The driver goes on to believe that it is subscribed.
 */
public final class DeafeningProxy implements Proxy.Tap, AutoCloseable {

    private static final String SUBSCRIBE = "\r\nSUBSCRIBE\r\n";
    private static final String UNSUBSCRIBED = "3\r\n$11\r\nunsubscribe\r\n";

    private final Proxy proxy;
    private final AtomicInteger subscribers = new AtomicInteger();
    private volatile @Nullable Socket subscriber;
    private volatile @Nullable CountDownLatch answer;

    public DeafeningProxy(ValkeyServer server) throws IOException {
        proxy = new Proxy(server, this);
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

    @Override
    public boolean up(byte[] bytes, Socket server, OutputStream out) throws IOException {
        if (text(bytes).contains(SUBSCRIBE) && subscriber != server) {
            subscriber = server;
            subscribers.incrementAndGet();
        }
        out.write(bytes);
        return true;
    }

    @Override
    public boolean down(byte[] bytes, Socket server, OutputStream out) throws IOException {
        CountDownLatch waiting = answer;
        if (waiting != null && server == subscriber && text(bytes).contains(UNSUBSCRIBED)) {
            answer = null;
            waiting.countDown();
        } else {
            out.write(bytes);
        }
        return true;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public int port() {
        return proxy.port();
    }

    @Override
    public void close() {
        proxy.close();
    }
}
