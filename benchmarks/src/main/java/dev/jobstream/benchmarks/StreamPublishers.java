package dev.jobstream.benchmarks;

import dev.jobstream.tools.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Connections that each publish one body without end, a line a chunk, in turn and at even distances, from the one thread that
 * calls. A write blocks where the server does not read: all are behind then.
 */
final class StreamPublishers implements AutoCloseable {

    private static final int SIZE = 120;
    private static final int OK = 200;
    private static final Pattern APPENDED = Pattern.compile("\"appended\":(\\d+)");

    private final List<SocketChannel> connections = new ArrayList<>();
    private final byte[] chunk;
    private long mostBehind;

    /** Opens a connection for each job, and sends the head of its request. */
    StreamPublishers(int port, String token, List<String> jobs) throws IOException {
        String line = "{\"event\":\"step.output\",\"data\":"
                + new String(new Payload(SIZE).write(0, 0), StandardCharsets.US_ASCII) + "}\n";
        chunk = ascii(Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
        for (String job : jobs) {
            SocketChannel connection = SocketChannel.open(new InetSocketAddress(LoadClient.LOOPBACK, port));
            connections.add(connection);
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            write(
                    connection,
                    ascii("POST /runner-jobs/" + job + "/events/stream HTTP/1.1\r\nHost: 127.0.0.1:" + port
                            + "\r\nContent-Type: application/x-ndjson\r\nAuthorization: Bearer " + token
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n"));
        }
    }

    /**
     * Publishes for so long.
     *
     * @param rate lines a second of each
     * @return how many lines were sent in all
     */
    long publish(int rate, Duration time) throws IOException {
        double perNano = (double) rate * connections.size() / 1e9;
        long begin = System.nanoTime();
        long sent = 0;
        mostBehind = 0;
        while (sent / perNano < time.toNanos()) {
            long due = begin + (long) (sent / perNano);
            long now = System.nanoTime();
            while (now < due) {
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            mostBehind = Math.max(mostBehind, now - due);
            write(connections.get((int) (sent % connections.size())), chunk);
            sent++;
        }
        return sent;
    }

    /** How far a line was sent behind its time, at most, in nanoseconds. */
    long mostBehind() {
        return mostBehind;
    }

    /** Ends all bodies and reads the answers: how many events were appended, in all. */
    long end() throws IOException {
        for (SocketChannel connection : connections) {
            write(connection, ascii("0\r\n\r\n"));
        }
        long appended = 0;
        for (SocketChannel connection : connections) {
            appended += appended(connection);
        }
        return appended;
    }

    private static long appended(SocketChannel connection) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        HttpResponse response = new HttpResponse((bytes, from, to) -> body.write(bytes, from, to - from));
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (!response.isDone()) {
            int size = connection.read(buffer.clear());
            if (size < 0) {
                throw new IOException("the server has closed the connection");
            }
            response.feed(buffer.array(), 0, size);
        }
        String answer = body.toString(StandardCharsets.UTF_8);
        Matcher matcher = APPENDED.matcher(answer);
        if (response.status() != OK || !matcher.find()) {
            throw new IOException("answered by " + response.status() + " " + answer);
        }
        return Long.parseLong(matcher.group(1));
    }

    private static void write(SocketChannel connection, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            int unused = connection.write(buffer);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
