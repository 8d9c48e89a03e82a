package dev.jobstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import dev.jobstream.tools.Proxy;
import dev.jobstream.tools.Resp;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** A Valkey, a wire that can be broken, a node or two, clients and publishers: the stage of a row. */
final class World implements AutoCloseable {

    static final int JOBS = Scale.of(200, 50);
    static final int CLIENTS = Scale.of(1_000, 200);
    static final int EVENTS_PER_SECOND = Scale.of(2_000, 500);
    static final int HEARTBEAT_SECONDS = 5;

    /** The default of {@code jobstream.sweep}: by no more than this comes late what the wire has lost. */
    static final int SWEEP_SECONDS = 10;

    /** After so long something hangs. This says nothing of how fast anything is. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    final String name;
    final ValkeyServer valkey;
    final Proxy link;
    final List<Node> nodes = new ArrayList<>();
    final Watchers clients = new Watchers();
    final List<Watcher> watchers = new ArrayList<>();
    final List<String> jobs = new ArrayList<>();
    final String token = Node.MINT.token();
    final Pace pace = new Pace();
    private Publisher publisher;
    private HttpPublisher http;
    private volatile int publisherPort;
    private long firstCame;

    /** @param valkey started, and ended with this */
    World(String name, ValkeyServer valkey) throws IOException {
        this.name = name;
        this.valkey = valkey;
        this.link = new Proxy(valkey.port());
        this.publisherPort = valkey.port();
    }

    /** On a Valkey that keeps what it has acknowledged. */
    static World durable(String name) throws IOException {
        ValkeyServer valkey = ValkeyServer.atFreePort("--appendonly", "yes");
        valkey.start();
        return new World(name, valkey);
    }

    /** On a Valkey that forgets everything when it is killed. */
    static World forgetful(String name) throws IOException {
        return new World(name, ValkeyServer.startPrivate());
    }

    Node addNode(String... settings) throws IOException {
        return addNode(Jdk.running(), settings);
    }

    Node addNode(Jdk jdk, String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of(settings));
        if (all.stream().noneMatch(setting -> setting.startsWith("jobstream.heartbeat="))) {
            all.add("jobstream.heartbeat=" + HEARTBEAT_SECONDS + "s");
        }
        Node node = Node.start(jdk, name + "-" + (nodes.size() + 1), link.port(), all.toArray(String[]::new));
        nodes.add(node);
        return node;
    }

    Node node() {
        return nodes.get(0);
    }

    World withJobs(int count) {
        String run = Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
        for (int i = 0; i < count; i++) {
            jobs.add(name + "-" + run + "-" + i);
        }
        return this;
    }

    /** The usual load: jobs, clients that have all been let in, and a publisher. */
    World underLoad() throws IOException {
        return underLoad(EVENTS_PER_SECOND, 100);
    }

    World underLoad(int eventsPerSecond, int dataBytes) throws IOException {
        addNode();
        withJobs(JOBS);
        watch(CLIENTS);
        awaitOpen();
        publish(eventsPerSecond, dataBytes, 100_000);
        awaitEvents(5);
        return this;
    }

    /** Clients of the first node, spread over the jobs. */
    void watch(int count) {
        for (int i = 0; i < count; i++) {
            add(clients.watcher(jobs.get(i % jobs.size()), node()::port, token)).come();
        }
    }

    Watcher add(Watcher watcher) {
        firstCame = firstCame == 0 ? System.nanoTime() : firstCame;
        watchers.add(watcher);
        return watcher;
    }

    void awaitOpen() {
        awaitUnlessNothingMoves(
                "all clients are let in",
                () -> watchers.stream()
                        .mapToLong(w -> w.record().marks().size())
                        .sum(),
                () -> watchers.stream().filter(w -> !w.isOpen()).limit(20).toList());
        if (firstCame != 0) {
            pace.letIn(System.nanoTime() - firstCame);
            firstCame = 0;
        }
    }

    /** Waits until every client has so many more events than now. */
    void awaitEvents(int more) {
        int[] least = watchers.stream().mapToInt(w -> w.record().size() + more).toArray();
        await("every client hears of events", () -> {
            for (int i = 0; i < least.length; i++) {
                if (watchers.get(i).record().size() < least[i]) {
                    return false;
                }
            }
            return true;
        });
    }

    Publisher publish(double perSecond, int dataBytes, int maxEvents) {
        publisher = new Publisher(jobs, () -> publisherPort, perSecond, dataBytes, maxEvents).start();
        return publisher;
    }

    Publisher publisher() {
        return publisher;
    }

    /** Publishes through the first node too, on a job of its own that one client watches. */
    HttpPublisher publishByHttp() throws IOException {
        String job = name + "-http-" + Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
        add(clients.watcher(job, node()::port, token)).come();
        awaitOpen();
        http = new HttpPublisher(node(), job, token, 20);
        http.awaitAnswer(201);
        return http;
    }

    /** Publishers go there from now on; the way of the nodes is the link's. */
    void publishTo(int port) {
        publisherPort = port;
    }

    /** The fault's time passes. */
    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    static void await(String what, Callable<Boolean> holds) {
        await(PATIENCE, what, holds);
    }

    static void await(Duration patience, String what, Callable<Boolean> holds) {
        Awaitility.await(what)
                .pollInterval(Duration.ofMillis(20))
                .atMost(patience)
                .until(holds);
    }

    /** How long much takes is the machine's business: only where nothing moves, something hangs. */
    static void awaitUnlessNothingMoves(String what, LongSupplier moves, Supplier<List<?>> missing) {
        long moved = moves.getAsLong();
        long since = System.nanoTime();
        for (List<?> left = missing.get(); !left.isEmpty(); left = missing.get()) {
            long now = moves.getAsLong();
            if (now != moved) {
                moved = now;
                since = System.nanoTime();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - since))
                    .as("%s: nothing moves any more, and there is left %s", what, left)
                    .isLessThan(PATIENCE);
            pass(Duration.ofMillis(20));
        }
    }

    // ---- afterwards ----

    /**
     * Seconds from this moment until every client had the first event of its job that was acknowledged after it: from then
     * on it is where the journal is.
     */
    double caughtUpAfter(long moment) {
        long latest = moment;
        for (String job : jobs) {
            await("an event after the fault", () -> firstAfter(job, moment) != null);
            Id first = firstAfter(job, moment).id();
            for (Watcher watcher : watchers) {
                if (watcher.job().equals(job)) {
                    Record seen = watcher.record();
                    await("a client hears of " + first, () -> indexOf(seen, first) >= 0);
                    latest = Math.max(latest, seen.nanos(indexOf(seen, first)));
                }
            }
        }
        return (latest - moment) / 1e9;
    }

    private Publisher.Published firstAfter(String job, long moment) {
        return publisher.published(job).stream()
                .filter(event -> event.nanos() > moment)
                .findFirst()
                .orElse(null);
    }

    private static int indexOf(Record seen, Id id) {
        for (int i = seen.size() - 1; i >= 0; i--) {
            int order = seen.id(i).compareTo(id);
            if (order <= 0) {
                return order == 0 ? i : -1;
            }
        }
        return -1;
    }

    List<Publisher.Published> acknowledged(String job) {
        if (http != null && job.contains("-http-")) {
            return http.published();
        }
        return publisher.published(job);
    }

    /** Ends publishing and waits until every client has the last event of its job. Returns what is in Valkey. */
    Map<String, NavigableMap<Id, Integer>> settle() throws IOException {
        publisher.stop();
        if (http != null) {
            http.close();
        }
        Map<String, NavigableMap<Id, Integer>> journals = journals();
        awaitUnlessNothingMoves(
                "every client has everything",
                () -> watchers.stream().mapToLong(w -> w.record().size()).sum(),
                () -> behind(journals));
        return journals;
    }

    /** Clients that lack the last event of their job. */
    private List<String> behind(Map<String, NavigableMap<Id, Integer>> journals) {
        List<String> behind = new ArrayList<>();
        for (Watcher watcher : watchers) {
            Record seen = watcher.record();
            NavigableMap<Id, Integer> journal = journals.get(watcher.job());
            Id last = seen.size() == 0 ? Id.NONE : seen.id(seen.size() - 1);
            if (!watcher.isFinished() && !journal.isEmpty() && last.compareTo(journal.lastKey()) < 0) {
                behind.add(watcher + " has " + last + " of " + journal.lastKey());
            }
        }
        return behind;
    }

    /** The same, with the events that were acknowledged and are gone: whoever has not seen them must have been told. */
    Map<String, NavigableMap<Id, Integer>> settleWithAllThatWas() throws IOException {
        Map<String, NavigableMap<Id, Integer>> truth = settle();
        addAllThatWas(truth);
        return truth;
    }

    void addAllThatWas(Map<String, NavigableMap<Id, Integer>> truth) {
        truth.forEach((job, journal) -> journal.putAll(Journal.of(acknowledged(job))));
    }

    Map<String, NavigableMap<Id, Integer>> journals() throws IOException {
        Map<String, NavigableMap<Id, Integer>> journals = new TreeMap<>();
        try (Resp connection = new Resp(publisherPort)) {
            for (Watcher watcher : watchers) {
                if (!journals.containsKey(watcher.job())) {
                    journals.put(watcher.job(), Journal.read(connection, watcher.job()));
                }
            }
        }
        return journals;
    }

    /**
     * All clients have seen whole chains, without a gap, and everything that was acknowledged is in Valkey. Adds the
     * figures.
     */
    void assertWhole(Row row) throws IOException {
        Map<String, NavigableMap<Id, Integer>> journals = settle();
        long unacknowledged = 0;
        for (Map.Entry<String, NavigableMap<Id, Integer>> journal : journals.entrySet()) {
            NavigableMap<Id, Integer> acknowledged = Journal.of(acknowledged(journal.getKey()));
            assertThat(journal.getValue())
                    .as("the journal of %s", journal.getKey())
                    .containsAllEntriesOf(acknowledged);
            unacknowledged += journal.getValue().size() - acknowledged.size();
        }
        Checker checker = check(journals, row);
        assertThat(checker.gaps()).as("announced gaps").isZero();
        row.figure("events in the journal without acknowledgement", unacknowledged);
    }

    /** Every client is held against this. Adds the figures. */
    Checker check(Map<String, NavigableMap<Id, Integer>> truth, Row row) {
        List<String> complaints = new ArrayList<>();
        Checker sum = new Checker(new TreeMap<>());
        for (Watcher watcher : watchers) {
            NavigableMap<Id, Integer> of = truth.get(watcher.job());
            Checker checker = new Checker(of).check(watcher.record(), Id.NONE, of.isEmpty() ? null : of.lastKey());
            checker.complaints().forEach(complaint -> complaints.add(watcher.job() + ": " + complaint));
            sum.add(checker);
        }
        row.figure(
                        "acknowledged events",
                        publisher.acknowledged()
                                + (http == null ? 0 : http.published().size()))
                .figure("deliveries", sum.events());
        assertThat(complaints)
                .as("what clients saw (%d faults in all)", sum.faults())
                .isEmpty();
        row.figure("lost, doubled or out of order", sum.faults());
        return sum;
    }

    int count(Record.Kind kind) {
        return watchers.stream()
                .mapToInt(watcher -> watcher.record().count(kind))
                .sum();
    }

    /** From the moment of its repair until a client hears of it again no more passes than the settings say. */
    void assertCaughtUp(Row row, long back) {
        double seconds = caughtUpAfter(back);
        row.figure("caught up after (s)", seconds);
        assertThat(seconds)
                .as("seconds from Valkey's answer until all had caught up")
                .isLessThan(SWEEP_SECONDS + pace.slack());
    }

    /** No client's stream has ended, and none was silent for longer than two beats. */
    void assertNeverEnded(Row row) {
        assertThat(count(Record.Kind.ENDED)).as("streams that have ended").isZero();
        assertThat(count(Record.Kind.CUT)).as("connections that were cut").isZero();
        row.figure("streams ended", 0);
        assertBeats(2 * HEARTBEAT_SECONDS, row);
    }

    /** A client that is owed nothing, and is there, has a sign of life within so many seconds. */
    void assertBeats(double seconds, Row row) {
        double silence =
                watchers.stream().mapToLong(Watcher::longestSilence).max().orElse(0) / 1e9;
        row.figure("longest silence (s)", silence);
        assertThat(silence).as("the longest silence in seconds").isLessThan(seconds + pace.slack());
    }

    @Override
    public void close() {
        if (publisher != null) {
            publisher.close();
        }
        clients.close();
        pace.close();
        if (http != null) {
            http.close();
        }
        nodes.forEach(Node::close);
        link.close();
        valkey.close();
    }
}
