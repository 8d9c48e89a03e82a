package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The stage of a row where Valkey is more than one process: a node, and jobs in several parts of the journal's keeper, each
 * with clients and a publisher by HTTP of its own, so that what happens to one part can be told from what happens to the others.
 */
final class Parts implements AutoCloseable {

    static final Duration LONG_ENOUGH = Duration.ofSeconds(Scale.of(10, 2));

    private static final int CLIENTS_OF_A_JOB = Scale.of(20, 5);
    private static final int EVENTS_PER_SECOND = 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final String token = Node.MINT.token();
    final Pace pace = new Pace();
    final Node node;
    private final Watchers clients = new Watchers();
    private final ToIntFunction<String> portOf;
    private final Map<String, HttpPublisher> publishers = new LinkedHashMap<>();
    private final List<Watcher> watchers = new ArrayList<>();

    /**
     * @param portOf where the journal of a job is, at the moment
     * @param settings of the node: where Valkey is
     */
    Parts(String name, ToIntFunction<String> portOf, String... settings) throws IOException {
        this.portOf = portOf;
        List<String> all = new ArrayList<>(Arrays.asList(settings));
        all.add("jobstream.heartbeat=" + World.HEARTBEAT_SECONDS + "s");
        node = Node.start(Jdk.running(), name, 1, all.toArray(String[]::new));
    }

    /** A job whose name nobody has had. */
    static String newJob(Predicate<String> there) {
        while (true) {
            String job = "part-" + Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
            if (there.test(job)) {
                return job;
            }
        }
    }

    /** Jobs with their clients and publishers. Returns when all are let in, and events come. */
    Parts with(List<String> jobs) {
        long begin = System.nanoTime();
        for (String job : jobs) {
            for (int i = 0; i < CLIENTS_OF_A_JOB; i++) {
                Watcher watcher = clients.watcher(job, node::port, token);
                watchers.add(watcher);
                watcher.come();
            }
        }
        World.await("all clients are let in", () -> watchers.stream().allMatch(Watcher::isOpen));
        pace.letIn(System.nanoTime() - begin);
        jobs.forEach(job -> publishers.put(job, new HttpPublisher(node, job, token, EVENTS_PER_SECOND)));
        awaitPublishing(jobs, 20);
        awaitHeard(jobs);
        return this;
    }

    /** Until each of them was answered 201 so many times more. */
    void awaitPublishing(List<String> jobs, int more) {
        for (String job : jobs) {
            List<Publisher.Published> before = publishers.get(job).published();
            World.await(
                    "publishing of " + job,
                    () -> publishers.get(job).published().size() >= before.size() + more);
        }
    }

    /** Until one of them was refused. */
    void awaitRefusal(List<String> jobs) {
        World.await(
                "a refusal",
                () -> jobs.stream()
                        .anyMatch(job -> publishers.get(job).answers().containsKey(503)));
    }

    /** Until every client of these has an event that was acknowledged from now on. Returns the seconds. */
    double awaitHeard(List<String> jobs) {
        long begin = System.nanoTime();
        for (String job : jobs) {
            HttpPublisher publisher = publishers.get(job);
            World.await(
                    "an event of " + job, () -> publisher.published().stream().anyMatch(e -> e.nanos() > begin));
            Id first = publisher.published().stream()
                    .filter(event -> event.nanos() > begin)
                    .findFirst()
                    .orElseThrow()
                    .id();
            for (Watcher watcher : watchers) {
                if (watcher.job().equals(job)) {
                    World.await("a client hears of " + first, () -> {
                        Record seen = watcher.record();
                        return seen.size() > 0 && seen.id(seen.size() - 1).compareTo(first) >= 0;
                    });
                }
            }
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** What the publishers of these have been answered from then on, and how long it took. */
    List<HttpPublisher.Answer> answers(List<String> jobs, long since) {
        return jobs.stream()
                .flatMap(job -> publishers.get(job).since(since).stream())
                .toList();
    }

    /**
     * These jobs have noticed nothing since the fault: no refusal, and no answer later than before, in this very run, but for what
     * the machine made a thread wait.
     */
    void assertUndisturbed(Row row, List<String> jobs, long begun, long fault) {
        List<HttpPublisher.Answer> before = answers(jobs, begun).stream()
                .filter(answer -> answer.begun() < fault)
                .toList();
        List<HttpPublisher.Answer> during = answers(jobs, fault);
        double p99Before = p99(before);
        double p99During = p99(during);
        row.figure("jobs of other parts: publications", during.size())
                .figure("their p99 before (ms)", p99Before)
                .figure("during (ms)", p99During);
        assertThat(during).as("answers to the others").allMatch(answer -> answer.status() == 201);
        assertThat(p99During).as("the others' p99 in ms").isLessThanOrEqualTo(2 * p99Before + pace.slack() * 1_000);
    }

    private static double p99(List<HttpPublisher.Answer> answers) {
        long[] sorted =
                answers.stream().mapToLong(HttpPublisher.Answer::nanos).sorted().toArray();
        return sorted[(int) (sorted.length * 0.99)] / 1e6;
    }

    /** The longest time that publishing to these was refused without a break, in seconds. */
    double refusedFor(List<String> jobs, long since) {
        double longest = 0;
        for (String job : jobs) {
            long from = 0;
            for (HttpPublisher.Answer answer : publishers.get(job).since(since)) {
                if (answer.status() == 201) {
                    from = 0;
                } else {
                    from = from == 0 ? answer.begun() : from;
                    longest = Math.max(longest, (answer.begun() + answer.nanos() - from) / 1e9);
                }
            }
        }
        return longest;
    }

    // ---- health ----

    void awaitHealth(int status, String... words) {
        World.await("health " + status + " with " + List.of(words), () -> {
            HttpResponse<String> health = health();
            return health.statusCode() == status && Arrays.stream(words).allMatch(health.body()::contains);
        });
    }

    private HttpResponse<String> health() throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + "/actuator/health"))
                        .header("Authorization", "Bearer " + token)
                        .timeout(World.PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    // ---- afterwards ----

    /**
     * Ends publishing, and holds every client against the journals.
     *
     * @param losing whether acknowledged events may have vanished: then a gap has told of each that a client did not see
     */
    void assertWhole(Row row, boolean losing) throws IOException {
        publishers.values().forEach(HttpPublisher::close);
        long acknowledged = 0;
        long vanished = 0;
        Checker sum = new Checker(new TreeMap<>());
        List<String> complaints = new ArrayList<>();
        for (Map.Entry<String, HttpPublisher> publisher : publishers.entrySet()) {
            String job = publisher.getKey();
            NavigableMap<Id, Integer> truth;
            try (Resp valkey = new Resp(portOf.applyAsInt(job))) {
                truth = Journal.read(valkey, job);
            }
            Id last = truth.lastKey();
            NavigableMap<Id, Integer> told = Journal.of(publisher.getValue().published());
            acknowledged += told.size();
            vanished +=
                    told.keySet().stream().filter(id -> !truth.containsKey(id)).count();
            if (losing) {
                truth.putAll(told);
            }
            for (Watcher watcher : watchers) {
                if (watcher.job().equals(job)) {
                    Record seen = watcher.record();
                    World.await(
                            watcher + " has everything",
                            () -> seen.size() > 0 && seen.id(seen.size() - 1).compareTo(last) >= 0);
                    Checker checker = new Checker(truth).check(seen, Id.NONE, last);
                    checker.complaints().forEach(complaint -> complaints.add(job + ": " + complaint));
                    sum.add(checker);
                }
            }
        }
        row.figure("acknowledged events", acknowledged).figure("of them vanished", vanished);
        row.figure("deliveries", sum.events()).figure("gaps told", sum.gaps());
        assertThat(complaints).as("what clients saw").isEmpty();
        row.figure("lost without a word, doubled or out of order", sum.faults());
        if (!losing) {
            assertThat(vanished).as("acknowledged events that vanished").isZero();
            assertThat(sum.gaps()).as("announced gaps").isZero();
        }
        int ended = watchers.stream()
                .mapToInt(watcher -> watcher.record().count(Record.Kind.ENDED)
                        + watcher.record().count(Record.Kind.CUT))
                .sum();
        assertThat(ended).as("streams that have ended").isZero();
        row.figure("streams ended", ended)
                .figure("lines of the node's log, WARN and worse", node.logged("WARN") + node.logged("ERROR"));
    }

    @Override
    public void close() {
        publishers.values().forEach(HttpPublisher::close);
        clients.close();
        pace.close();
        node.close();
    }
}
