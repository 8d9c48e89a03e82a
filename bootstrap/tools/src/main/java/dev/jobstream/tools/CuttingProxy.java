package dev.jobstream.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands between the driver and a server, and cuts one connection inside a run of subscription acknowledgements. */
public final class CuttingProxy implements Proxy.Tap, AutoCloseable {

    private static final String ACKNOWLEDGEMENT = "3\r\n$9\r\nsubscribe\r\n";

    private final Proxy proxy;
    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicBoolean hasCut = new AtomicBoolean();

    public CuttingProxy(ValkeyServer server) throws IOException {
        proxy = new Proxy(server, this);
    }

    /** Cuts once, behind the first of several acknowledgements that come together. */
    public void cutInsideTheNextBatch() {
        armed.set(true);
    }

    public boolean hasCut() {
        return hasCut.get();
    }

    @Override
    public boolean down(byte[] bytes, Socket server, OutputStream out) throws IOException {
        int second = secondAcknowledgement(new String(bytes, StandardCharsets.ISO_8859_1));
        if (second > 0 && armed.compareAndSet(true, false)) {
            out.write(bytes, 0, second);
            hasCut.set(true);
            return false;
        }
        out.write(bytes);
        return true;
    }

    /** The index of its type byte; negative if there are not two. */
    private static int secondAcknowledgement(String text) {
        int first = text.indexOf(ACKNOWLEDGEMENT);
        return first < 0 ? -1 : text.indexOf(ACKNOWLEDGEMENT, first + 1) - 1;
    }

    public int port() {
        return proxy.port();
    }

    @Override
    public void close() {
        proxy.close();
    }
}
