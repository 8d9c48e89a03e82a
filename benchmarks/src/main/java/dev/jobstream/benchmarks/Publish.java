package dev.jobstream.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Events that come in by HTTP: connections that are kept, each sending its next request when the last was answered. */
record Publish(String name, List<Integer> batches) implements OneByOne {

    private static final int CONNECTIONS = 16;
    private static final int SIZE = 120;
    private static final int CREATED = 201;

    @Override
    public String title() {
        return "publishing by HTTP over " + CONNECTIONS + " connections; x: events a request";
    }

    @Override
    public boolean suits(Contender contender) {
        return contender.isJobstream();
    }

    @Override
    public List<Point> measure(Setup setup, Contender contender, Options options) throws IOException {
        List<Point> points = new ArrayList<>();
        try (ServerProcess server = setup.start(contender).server();
                Resp valkey = new Resp(setup.valkey().host(), setup.valkey().port())) {
            for (int batch : batches) {
                points.add(new Point(batch, measure(setup, server, valkey, batch, options)));
            }
        }
        return points;
    }

    private static Map<String, Double> measure(
            Setup setup, ServerProcess server, Resp valkey, int batch, Options options) throws IOException {
        int connections = options.scaled(CONNECTIONS);
        List<String> warmUpJobs = setup.newJobs(connections);
        Map<String, Double> values = new LinkedHashMap<>(WarmUp.run(
                List.of(server),
                options.warmUp(),
                () -> publish(setup, server, warmUpJobs, batch, Duration.ofSeconds(1))));
        List<String> jobs = setup.newJobs(connections);
        double cpuBefore = server.cpuSeconds();
        long begin = System.nanoTime();
        List<Connection> used =
                publish(setup, server, jobs, batch, Duration.ofMillis(Math.round(options.seconds() * 1000)));
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = server.cpuSeconds() - cpuBefore;
        long events = batch
                * used.stream().mapToLong(connection -> connection.created).sum();
        Histogram latency = new Histogram();
        used.forEach(connection -> connection.latencies.forEach(latency::record));
        long journaled = 0;
        for (String job : jobs) {
            journaled += added(valkey, "runner-jobs:{" + job + "}:events");
        }
        unlink(valkey, warmUpJobs);
        unlink(valkey, jobs);
        values.put("eventsPerSecond", events / seconds);
        values.put("p50Ms", latency.percentile(50) / 1e6);
        values.put("p99Ms", latency.percentile(99) / 1e6);
        values.put("cpuMicros", cpu * 1e6 / Math.max(1, events));
        values.put("missingPercent", 100.0 * (events - journaled) / Math.max(1, events));
        values.put("refused", (double)
                used.stream().mapToLong(connection -> connection.refused).sum());
        values.put("residentMib", server.residentKib() / 1024.0);
        return values;
    }

    private static List<Connection> publish(
            Setup setup, ServerProcess server, List<String> jobs, int batch, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        List<Connection> connections = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (String job : jobs) {
            Connection connection = new Connection(server.port(), setup.token(), job, batch);
            connections.add(connection);
            CompletableFuture<Void> end = new CompletableFuture<>();
            Thread thread = new Thread(() -> connection.run(deadline, end), "publisher");
            thread.setDaemon(true);
            thread.start();
            ends.add(end);
        }
        ends.forEach(CompletableFuture::join);
        return connections;
    }

    /** What was ever added to a journal, though some of it may have been trimmed. */
    private static long added(Resp valkey, String key) throws IOException {
        if (valkey.call("XINFO", "STREAM", key) instanceof List<?> info) {
            int at = info.indexOf("entries-added");
            if (at >= 0 && info.get(at + 1) instanceof Long added) {
                return added;
            }
        }
        throw new IOException("Valkey does not tell what was added to " + key);
    }

    private static void unlink(Resp valkey, List<String> jobs) throws IOException {
        for (String job : jobs) {
            Object unused = valkey.call("UNLINK", "runner-jobs:{" + job + "}:events");
        }
    }

    /** One publisher. */
    private static final class Connection {

        private final int port;
        private final byte[] request;
        private final List<Long> latencies = new ArrayList<>();
        private long created;
        private long refused;

        Connection(int port, Token token, String job, int batch) {
            this.port = port;
            String event = "{\"event\":\"step.output\",\"data\":"
                    + new String(new Payload(SIZE).write(0, 0), StandardCharsets.US_ASCII) + "}";
            String body = batch == 1 ? event : "[" + (event + ",").repeat(batch - 1) + event + "]";
            request = ("POST /runner-jobs/" + job + "/events HTTP/1.1\r\nHost: 127.0.0.1:" + port
                            + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token.text()
                            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII);
        }

        void run(long deadline, CompletableFuture<Void> end) {
            byte[] bytes = new byte[16 * 1024];
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(10_000);
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                while (System.nanoTime() < deadline) {
                    long begin = System.nanoTime();
                    socket.getOutputStream().write(request);
                    HttpResponse response = new HttpResponse((buffer, from, to) -> {});
                    while (!response.isDone()) {
                        int size = socket.getInputStream().read(bytes);
                        if (size < 0) {
                            throw new IOException("the server has closed the connection");
                        }
                        response.feed(bytes, 0, size);
                    }
                    latencies.add(System.nanoTime() - begin);
                    if (response.status() == CREATED) {
                        created++;
                    } else {
                        refused++;
                    }
                }
                end.complete(null);
            } catch (IOException | IllegalStateException e) {
                end.completeExceptionally(e);
            }
        }
    }
}
