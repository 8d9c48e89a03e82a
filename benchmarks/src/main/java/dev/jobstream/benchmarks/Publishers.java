package dev.jobstream.benchmarks;

import dev.jobstream.tools.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that each send the next request when the last was answered, from the one thread that calls: where client and
 * server share a machine, threads that wake one another would be a large part of what is measured.
 */
final class Publishers implements AutoCloseable {

    private static final int SIZE = 120;
    private static final int CREATED = 201;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private final Histogram latency = new Histogram();
    private long created;
    private long refused;
    private int underWay;

    /** Opens a connection for each job. */
    Publishers(int port, String token, List<String> jobs, int batch) throws IOException {
        selector = Selector.open();
        for (String job : jobs) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(LoadClient.LOOPBACK, port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            Connection connection = new Connection(channel, request(port, token, job, batch));
            channel.register(selector, SelectionKey.OP_READ, connection);
            connections.add(connection);
        }
    }

    private static byte[] request(int port, String token, String job, int batch) {
        String event = "{\"event\":\"step.output\",\"data\":"
                + new String(new Payload(SIZE).write(0, 0), StandardCharsets.US_ASCII) + "}";
        String body = batch == 1 ? event : "[" + (event + ",").repeat(batch - 1) + event + "]";
        return ("POST /runner-jobs/" + job + "/events HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token
                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Publishes for so long, and until what is under way then has been answered. */
    void publish(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        for (Connection connection : connections) {
            underWay++;
            connection.send(System.nanoTime());
        }
        while (underWay > 0) {
            selector.select(this::ready, 100);
            long now = System.nanoTime();
            for (Connection connection : connections) {
                if (connection.answered && now < end) {
                    underWay++;
                    connection.send(now);
                }
            }
            if (now - end > PATIENCE_NANOS) {
                throw new IOException(underWay + " requests are not answered");
            }
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Connection connection) {
            try {
                if (key.isWritable()) {
                    connection.write(key);
                }
                if (key.isReadable() && connection.read(buffer)) {
                    underWay--;
                    latency.record(System.nanoTime() - connection.sent);
                    if (connection.response.status() == CREATED) {
                        created++;
                    } else {
                        refused++;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Histogram latency() {
        return latency;
    }

    /** Requests whose events were taken. */
    long created() {
        return created;
    }

    long refused() {
        return refused;
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }

    /** One publisher. */
    private final class Connection {

        private final SocketChannel channel;
        private final ByteBuffer request;
        private HttpResponse response = new HttpResponse((bytes, from, to) -> {});
        private boolean answered;
        private long sent;

        Connection(SocketChannel channel, byte[] request) {
            this.channel = channel;
            this.request = ByteBuffer.wrap(request);
        }

        void send(long now) throws IOException {
            sent = now;
            answered = false;
            response = new HttpResponse((bytes, from, to) -> {});
            request.rewind();
            channel.write(request);
            if (request.hasRemaining()) {
                channel.keyFor(selector).interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        }

        void write(SelectionKey key) throws IOException {
            channel.write(request);
            if (!request.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }

        /** Whether the response is complete with this. */
        boolean read(ByteBuffer into) throws IOException {
            into.clear();
            int size = channel.read(into);
            if (size < 0) {
                throw new IOException("the server has closed the connection");
            }
            response.feed(into.array(), 0, size);
            answered = response.isDone();
            return answered;
        }
    }
}
