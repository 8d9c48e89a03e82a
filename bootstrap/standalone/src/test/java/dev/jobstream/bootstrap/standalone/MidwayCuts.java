package dev.jobstream.bootstrap.standalone;

import dev.jobstream.tools.Proxy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Cuts a client's connection in the midst of what it carries: the first after so many bytes, the second after twice as many. */
final class MidwayCuts implements Proxy.Tap {

    static final int ALL = 2;

    private static final long PIECE = 256 * 1024;

    private final Map<Socket, Long> carried = new ConcurrentHashMap<>();
    private int done;
    private boolean back;

    @Override
    public boolean down(byte[] bytes, Socket server, OutputStream out) throws IOException {
        if (isTooMuch(carried.merge(server, (long) bytes.length, Long::sum))) {
            out.write(bytes, 0, bytes.length / 2);
            return false;
        }
        out.write(bytes);
        return true;
    }

    private synchronized boolean isTooMuch(long size) {
        if (done < ALL && size > PIECE * (done + 1)) {
            done++;
            return true;
        }
        back |= done > 0;
        return false;
    }

    synchronized int done() {
        return done;
    }

    /** Whether the client is told of something again after it was cut. */
    synchronized boolean isBack() {
        return back;
    }
}
