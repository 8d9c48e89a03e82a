package dev.jobstream.benchmarks;

import dev.jobstream.tools.Resp;
import dev.jobstream.tools.ValkeyCluster;
import dev.jobstream.tools.ValkeyServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What an event costs Valkey, alone and in a Cluster, by classic and by sharded Pub/Sub, and with so many nodes that hear it.
 * A program of its own, as it measures Valkey and not Jobstream: a node is a connection that subscribes to all the jobs (with
 * sharded Pub/Sub one to each primary) and throws away what comes.
 */
final class ClusterLoad {

    private static final int JOBS = 300;
    private static final int DATA_BYTES = 200;
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final double TICKS_A_SECOND = 100;

    private final List<ValkeyServer> servers;
    private final List<ValkeyServer> primaries;
    private final boolean sharded;
    private final List<Socket> subscribers = new ArrayList<>();

    private ClusterLoad(List<ValkeyServer> servers, int primaries, boolean sharded) {
        this.servers = servers;
        this.primaries = servers.subList(0, primaries);
        this.sharded = sharded;
    }

    /**
     * Prints a row.
     *
     * @param arguments primaries (0 for a server that is no Cluster), replicas of each, {@code classic} or {@code sharded},
     *     nodes, seconds, and if wanted events a second; several such groups may follow each other, separated by {@code /}
     */
    public static void main(String[] arguments) throws Exception {
        System.out.println("| servers | Pub/Sub | nodes | events/s | CPU µs an event, of all | of the busiest Valkey |"
                + " its share of a core | bus, classic | bus, sharded |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (String group : String.join(" ", arguments).split(" / ")) {
            measure(group.trim().split(" +"));
        }
    }

    private static void measure(String[] words) throws Exception {
        int primaries = Integer.parseInt(words[0]);
        int replicas = Integer.parseInt(words[1]);
        boolean sharded = words[2].equals("sharded");
        int nodes = Integer.parseInt(words[3]);
        double seconds = Double.parseDouble(words[4]);
        double rate = words.length > 5 ? Double.parseDouble(words[5]) : Double.POSITIVE_INFINITY;
        String row;
        if (primaries == 0) {
            try (ValkeyServer server = ValkeyServer.startPrivate()) {
                row = new ClusterLoad(List.of(server), 1, sharded).run(nodes, seconds, rate);
            }
        } else {
            try (ValkeyCluster cluster = ValkeyCluster.start(primaries, replicas, Duration.ofSeconds(15))) {
                row = new ClusterLoad(cluster.nodes(), primaries, sharded).run(nodes, seconds, rate);
            }
        }
        System.out.printf(
                "| %s | %s | %d | %s |%n",
                primaries == 0 ? "1 alone" : primaries + " + " + primaries * replicas, words[2], nodes, row);
    }

    private String run(int nodes, double seconds, double rate) throws Exception {
        List<List<String>> jobs = jobsOfEach();
        for (int node = 0; node < nodes; node++) {
            subscribe(node, jobs);
        }
        List<Feeder> feeders = new ArrayList<>();
        for (int i = 0; i < primaries.size(); i++) {
            ValkeyServer server = primaries.get(i);
            Feeder feeder = new Feeder(server.host(), server.port(), jobs.get(i), DATA_BYTES, sharded);
            feeders.add(feeder);
            feeder.feed(Integer.MAX_VALUE, rate / primaries.size());
        }
        Thread.sleep(WARM_UP.toMillis());
        Snapshot before = Snapshot.of(servers);
        Thread.sleep((long) (seconds * 1000));
        Snapshot after = Snapshot.of(servers);
        feeders.forEach(Feeder::stop);
        for (Socket socket : subscribers) {
            socket.close();
        }
        return after.since(before);
    }

    /** As many for each primary. */
    private List<List<String>> jobsOfEach() throws IOException {
        List<List<String>> jobs = IntStream.range(0, primaries.size())
                .<List<String>>mapToObj(i -> new ArrayList<>())
                .toList();
        int wanted = JOBS / primaries.size();
        try (Resp any = new Resp(servers.get(0).port())) {
            for (int n = 0; jobs.stream().anyMatch(of -> of.size() < wanted); n++) {
                int at = 0;
                if (primaries.size() > 1) {
                    long slot = Long.parseLong(String.valueOf(any.call("CLUSTER", "KEYSLOT", Feeder.key("job-" + n))));
                    // As the primaries share the slots.
                    at = (int) ((slot * primaries.size() + primaries.size() - 1) / ValkeyCluster.SLOTS);
                    while (slot < (long) ValkeyCluster.SLOTS * at / primaries.size()) {
                        at--;
                    }
                }
                if (jobs.get(at).size() < wanted) {
                    jobs.get(at).add("job-" + n);
                }
            }
        }
        return jobs;
    }

    private void subscribe(int node, List<List<String>> jobs) throws IOException {
        if (sharded) {
            for (int i = 0; i < primaries.size(); i++) {
                listen(primaries.get(i), "SSUBSCRIBE", jobs.get(i));
            }
        } else {
            List<String> all = jobs.stream().flatMap(List::stream).toList();
            listen(primaries.get(node % primaries.size()), "SUBSCRIBE", all);
        }
    }

    private void listen(ValkeyServer server, String command, List<String> jobs) throws IOException {
        Socket socket = new Socket(server.host(), server.port());
        subscribers.add(socket);
        OutputStream out = new BufferedOutputStream(socket.getOutputStream());
        for (String job : jobs) {
            out.write((command + " " + Feeder.key(job) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
        Thread reader = new Thread(() -> {
            byte[] buffer = new byte[256 * 1024];
            try (InputStream in = socket.getInputStream()) {
                while (in.read(buffer) >= 0) {}
            } catch (IOException e) {
                // it is over
            }
        });
        reader.setDaemon(true);
        reader.start();
    }

    /** What the servers have done so far. */
    private record Snapshot(long nanos, long events, List<Double> cpuSeconds, long classic, long sharded) {

        static Snapshot of(List<ValkeyServer> servers) throws IOException {
            long events = 0;
            long classic = 0;
            long sharded = 0;
            List<Double> cpu = new ArrayList<>();
            for (ValkeyServer server : servers) {
                try (Resp resp = new Resp(server.host(), server.port())) {
                    boolean primary =
                            String.valueOf(resp.call("INFO", "replication")).contains("role:master");
                    String info = String.valueOf(resp.call("INFO", "everything"));
                    events += primary ? number(info, "cmdstat_xadd:calls=") : 0;
                    cpu.add(cpuOf(number(info, "process_id:")));
                    if (info.contains("cluster_enabled:1")) {
                        String cluster = String.valueOf(resp.call("CLUSTER", "INFO"));
                        classic += number(cluster, "cluster_stats_messages_publish_received:");
                        sharded += number(cluster, "cluster_stats_messages_publishshard_received:");
                    }
                }
            }
            return new Snapshot(System.nanoTime(), events, cpu, classic, sharded);
        }

        private static long number(String info, String name) {
            int at = info.indexOf(name);
            if (at < 0) {
                return 0;
            }
            int end = at + name.length();
            while (end < info.length() && Character.isDigit(info.charAt(end))) {
                end++;
            }
            return Long.parseLong(info.substring(at + name.length(), end));
        }

        private static double cpuOf(long pid) throws IOException {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(words[11]) + Long.parseLong(words[12])) / TICKS_A_SECOND;
        }

        String since(Snapshot before) {
            double seconds = (nanos - before.nanos) / 1e9;
            double count = events - before.events;
            double[] cpu = IntStream.range(0, cpuSeconds.size())
                    .mapToDouble(i -> cpuSeconds.get(i) - before.cpuSeconds.get(i))
                    .toArray();
            double all = IntStream.range(0, cpu.length).mapToDouble(i -> cpu[i]).sum();
            double busiest = IntStream.range(0, cpu.length)
                    .mapToDouble(i -> cpu[i])
                    .max()
                    .orElse(0);
            return String.format(
                    Locale.ROOT,
                    "%.0f | %.1f | %.1f | %.0f %% | %.2f | %.2f",
                    count / seconds,
                    all / count * 1e6,
                    busiest / count * 1e6,
                    100 * busiest / seconds,
                    (classic - before.classic) / count,
                    (sharded - before.sharded) / count);
        }
    }
}
