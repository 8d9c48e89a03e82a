package dev.jobstream.attacks;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks for the liveness again and again, on a new connection each time, as an orchestrator does; and for how long a thread
 * that only wants to wake up has to wait for the processor.
 */
final class Liveness implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PULSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final int port;
    private final Thread asking = new Thread(this::ask, "liveness");
    private final Thread pulse = new Thread(this::beat, "pulse");
    private volatile long slowest;
    private volatile long overslept;
    private volatile int answered;
    private volatile String complaint;
    private volatile boolean closed;

    Liveness(int port) {
        this.port = port;
        asking.setDaemon(true);
        asking.start();
        pulse.setDaemon(true);
        pulse.start();
    }

    private void ask() {
        byte[] request = Requests.head("GET", "/actuator/health/liveness").getBytes(StandardCharsets.US_ASCII);
        while (!closed) {
            long begin = System.nanoTime();
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout((int) Target.PATIENCE.toMillis());
                socket.getOutputStream().write(request);
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!answer.startsWith("HTTP/1.1 200") || !answer.contains("\"UP\"")) {
                    complaint = answer;
                }
            } catch (IOException e) {
                complaint = e.toString();
            }
            slowest = Math.max(slowest, System.nanoTime() - begin);
            answered++;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void beat() {
        for (long begin = System.nanoTime(); !closed; ) {
            LockSupport.parkNanos(PULSE_NANOS);
            long now = System.nanoTime();
            overslept = Math.max(overslept, now - begin - PULSE_NANOS);
            begin = now;
        }
    }

    /** How many answers there were. */
    int answered() {
        return answered;
    }

    /** What was not as it must be; {@code null} if nothing. */
    String complaint() {
        return complaint;
    }

    /** The slowest answer since this was asked last, in milliseconds. */
    double slowest() {
        double millis = slowest / 1e6;
        slowest = 0;
        return millis;
    }

    /** The longest wait for the processor since this was asked last, in milliseconds. */
    double overslept() {
        double millis = overslept / 1e6;
        overslept = 0;
        return millis;
    }

    @Override
    public void close() {
        closed = true;
        try {
            asking.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
