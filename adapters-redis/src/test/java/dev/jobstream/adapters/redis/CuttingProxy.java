package dev.jobstream.adapters.redis;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands between the driver and a server, and cuts one connection inside a run of subscription acknowledgements. */
final class CuttingProxy extends TappedProxy {

    private static final String ACKNOWLEDGEMENT = "3\r\n$9\r\nsubscribe\r\n";

    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicBoolean hasCut = new AtomicBoolean();

    CuttingProxy(ValkeyServer server) throws IOException {
        super(server);
        begin();
    }

    /** Cuts once, behind the first of several acknowledgements that come together. */
    void cutInsideTheNextBatch() {
        armed.set(true);
    }

    boolean hasCut() {
        return hasCut.get();
    }

    @Override
    boolean down(byte[] buffer, int length, Socket upstream, OutputStream out) throws IOException {
        int second = secondAcknowledgement(text(buffer, length));
        if (second > 0 && armed.compareAndSet(true, false)) {
            out.write(buffer, 0, second);
            hasCut.set(true);
            return false;
        }
        out.write(buffer, 0, length);
        return true;
    }

    /** The index of its type byte; negative if there are not two. */
    private static int secondAcknowledgement(String text) {
        int first = text.indexOf(ACKNOWLEDGEMENT);
        return first < 0 ? -1 : text.indexOf(ACKNOWLEDGEMENT, first + 1) - 1;
    }
}
