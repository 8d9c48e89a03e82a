package dev.jobstream.application;

import dev.jobstream.application.feed.Feeds;
import dev.jobstream.application.feed.JobFeed;
import dev.jobstream.application.testing.Everybody;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.EventFilter;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One seeded run of everything between a transport and its clients, on a scheduler that decides what happens next. No
 * thread runs beside another and no time passes but what the run says.
 */
final class FeedSimulation {

    /** What the journal may suffer. */
    enum Weather {
        /** Nothing: whatever else goes wrong, no client may see so much as a gap. */
        KEPT,
        /** It forgets its oldest events. */
        TRIMMED,
        /** It is wiped, or loses its newest events, and goes on with higher ids. */
        LOST,
        /** The same, and its clock is set back, so that it may go on with lower ids. */
        SET_BACK
    }

    private static final JobId JOB = new JobId("job");
    private static final EventFilter OUTPUT = EventFilter.parse("step.output");
    private static final int ENOUGH = 20_000;
    private static final int ENOUGH_SWEEPS = 200;

    /** What a run has come upon, to be sure that runs come upon it at all. */
    enum Event {
        HEAL,
        DIVERGENCE,
        END_WHILE_WRITING,
        END_WHILE_STALLED,
        BLOCKED,
        END_BEFORE_START,
        FOUND_BY_SWEEP,
        RENEWAL,
        FOREIGN,
        EXPIRY,
        KEPT_END,
        TAIL,
        DROPPED
    }

    private final long seed;
    private final boolean silence;
    private final Duration sweep;
    private final Set<Event> happened = EnumSet.noneOf(Event.class);
    private final Weather weather;
    private final Random random;
    private final Baton baton;
    private final SimulatedSource source;
    private final ManualClock clock = new ManualClock();
    private final JobEventStreams streams;
    private final List<Visit> visits = new ArrayList<>();
    private final Set<JobFeed> feeds = new HashSet<>();
    private int opened;
    private int ended;
    private int names;
    private boolean jobEnded;

    /** Whether the journal gets entries that are no events. */
    private boolean awkward;

    /** A client and its stream. */
    private record Visit(EventStream stream, SimulatedClient client) {}

    /** @param silence whether subscriptions may be lost without a word, and streams be ended from outside */
    FeedSimulation(long seed, boolean silence) {
        this.seed = seed;
        this.silence = silence;
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        weather = Weather.values()[(int) Math.floorMod(seed, 4L)];
        baton = new Baton(random);
        source = new SimulatedSource(baton, random);
        sweep = silence ? Duration.ofMillis(200 + random.nextInt(1_000)) : Duration.ZERO;
        StreamSettings settings = StreamSettings.DEFAULT
                .withFeed(feed -> feed.withSweep(sweep))
                .withOpenWait(Duration.ZERO)
                .withFeed(feed -> feed.withLinger(random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(10)))
                .withHeartbeat(Duration.ofSeconds(1 + random.nextInt(10)))
                .withFeed(feed -> feed.withWindow(1 + random.nextInt(10), 20 + random.nextInt(300)))
                .withFeed(feed -> feed.withBatch(1 + random.nextInt(6), 1 + random.nextInt(200)));
        StreamMetrics metrics = new StreamMetrics() {
            @Override
            public void eventsSent(int events) {
                baton.pause();
            }

            @Override
            public void streamOpened() {
                opened++;
            }

            @Override
            public void journalBroken() {
                happened.add(Event.HEAL);
            }

            @Override
            public void swept(boolean found) {
                if (found) {
                    happened.add(Event.FOUND_BY_SWEEP);
                }
            }

            @Override
            public void resubscribed() {
                happened.add(Event.RENEWAL);
            }

            @Override
            public void streamEnded(EndReason reason) {
                ended++;
            }
        };
        streams = new JobEventStreams(source, new Everybody(), metrics, settings, baton, clock);
    }

    static Set<Event> run(long seed, boolean silence) {
        FeedSimulation simulation = new FeedSimulation(seed, silence);
        try {
            simulation.run();
            return simulation.happened;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + "L (" + simulation.weather + "): " + e.getMessage(), e);
        }
    }

    private void run() {
        source.flaky = random.nextInt(3) == 0;
        source.unconfirmed = random.nextInt(3) == 0;
        awkward = random.nextInt(3) == 0;
        int steps = 50 + random.nextInt(250);
        for (int i = 0; i < steps; i++) {
            act();
        }
        comeToRest();
        if (!source.everSetBack) {
            check(false);
        } else if (!jobEnded) {
            // What stands below all that was known may be old or new: only what comes behind it tells.
            source.publish("step.output");
            deliverAll();
            sweepIfDeaf();
        }
        boolean terminal = !jobEnded && random.nextBoolean();
        if (!jobEnded) {
            // Into the quiet: what has gone to sleep at the wrong moment is not woken by anything else.
            source.publish(terminal ? "job.failed" : "step.output");
            jobEnded = terminal;
            deliverAll();
            sweepIfDeaf();
            check(true);
        }
        if (!jobEnded) {
            hearAgain();
            check(true);
        }
        leaveNothing();
    }

    /** What a deaf wire has not brought must be there after one sweep. */
    private void sweepIfDeaf() {
        if (source.isDeaf()) {
            pass(Duration.ofMillis(1));
            deliverAll();
            pass(sweep);
            deliverAll();
        }
    }

    /** As long as there is something to be missed, a deaf wire is found out in the end. */
    private void hearAgain() {
        for (int sweeps = 0; source.isDeaf() && streams.openStreams() > 0; sweeps++) {
            expect(sweeps < ENOUGH_SWEEPS, "deaf for ever");
            source.publish("step.output");
            pass(sweep);
            deliverAll();
        }
    }

    // ---- what may happen ----

    private void act() {
        if (silence && random.nextInt(30) == 0) {
            if (random.nextInt(3) > 0) {
                source.goDeaf();
            } else {
                revoke();
            }
        }
        int roll = random.nextInt(100);
        if (roll < 45) {
            baton.step();
        } else if (roll < 62) {
            source.deliver();
        } else if (roll < 74) {
            publish();
        } else if (roll < 80) {
            come(null, random.nextInt(3) == 0 ? OUTPUT : null, Set.of());
        } else if (roll < 86) {
            leave();
        } else if (roll < 90) {
            pass(Duration.ofMillis(random.nextInt(700)));
        } else if (roll < 93) {
            source.disconnect();
        } else if (roll < 95) {
            source.connect();
        } else if (roll < 96) {
            publishElsewhere();
        } else if (roll < 98) {
            source.down = random.nextInt(3) == 0;
        } else {
            harm();
        }
    }

    private void publish() {
        if (random.nextInt(6) == 0) {
            source.publishLiveOnly();
        } else if (!jobEnded) {
            jobEnded = random.nextInt(60) == 0;
            for (int n = random.nextInt(4); n > 0; n--) {
                publish(anyType());
            }
            publish(jobEnded ? "job.completed" : anyType());
        }
    }

    private String anyType() {
        return random.nextInt(3) == 0 ? "step.output" : "step.progress";
    }

    private void publish(String type) {
        if (awkward && random.nextInt(4) == 0) {
            source.publishUnreadable(type);
        } else {
            source.publish(type);
        }
    }

    /**
     * Another installation publishes to a job of the same name: behind an event of its own, or behind our newest, of which it
     * has a copy. Where our publishers prove nothing either, a copy is made no sooner than the newest event is old.
     */
    private void publishElsewhere() {
        EventId prev = source.last;
        if (random.nextBoolean()) {
            prev = random.nextBoolean() ? EventId.NONE : new EventId(random.nextInt(60), 1_000_000);
        }
        if (source.unconfirmed && prev.equals(source.last)) {
            deliverOnly();
            pass(Feeds.VOUCHED);
        }
        source.publishElsewhere(prev, random.nextInt(4) == 0 ? "job.failed" : "step.output");
    }

    private void harm() {
        switch (weather) {
            case KEPT -> {}
            case TRIMMED -> source.trim();
            case LOST, SET_BACK -> {
                source.setBack = weather == Weather.SET_BACK && random.nextBoolean();
                source.everSetBack |= source.setBack;
                switch (random.nextInt(5)) {
                    case 0 -> source.wipe();
                    case 4 -> {
                        source.expire();
                        happened.add(source.hasEnded() ? Event.KEPT_END : Event.EXPIRY);
                    }
                    case 1 -> source.trim();
                    default -> source.failOver();
                }
                if (visits.stream().anyMatch(visit -> isLost(visit.client.after))) {
                    happened.add(Event.DIVERGENCE);
                }
                JobEvent newest = source.published.get(source.last);
                jobEnded = source.hasEnded() || (newest != null && newest.isTerminal());
            }
        }
    }

    private boolean isLost(@Nullable EventId id) {
        return source.published.containsKey(id) && !source.retains(id) && id.isAfter(source.last);
    }

    private void come(@Nullable EventId resumeAfter, @Nullable EventFilter filter, Set<JobEvent> seen) {
        StreamStart start = StreamStart.beginning();
        if (resumeAfter != null) {
            start = StreamStart.after(resumeAfter);
        } else if (random.nextInt(3) == 0) {
            start = StreamStart.now();
        } else if (random.nextInt(3) == 0) {
            start = StreamStart.after(anyId());
        }
        int tail = 0;
        if (resumeAfter == null && random.nextInt(4) == 0) {
            tail = 1 + random.nextInt(6);
            start = StreamStart.tail(tail);
            happened.add(Event.TAIL);
        }
        EventStream stream = streams.open(new StreamRequest(JOB, start, filter, null, null));
        feeds.add(((StreamSession) stream).feed());
        boolean fromBeginning = start == StreamStart.beginning();
        EventId after = fromBeginning ? null : start.cursor(null).position();
        if ((start.isRelative() || filter != null) && random.nextBoolean()) {
            EventId told = stream.takePosition(); // Else it is told later.
            after = fromBeginning ? null : told;
        }
        SimulatedClient client = new SimulatedClient(
                names++ + " from " + start + (filter == null ? "" : " filtered"),
                baton,
                source,
                new SimulatedClient.Wish(fromBeginning, after, filter, tail),
                seen,
                stream,
                random);
        if (stream.isFinished()) {
            JobEvent newest = source.published.get(client.after);
            boolean lossy = weather == Weather.LOST || weather == Weather.SET_BACK;
            client.expect(newest == null || newest.isTerminal() || lossy, "nothing left, they say");
            stream.close();
            return;
        }
        visits.add(new Visit(stream, client));
        if (random.nextInt(10) > 0) {
            baton.execute(() -> stream.start(client));
        } else {
            client.closed = EndReason.CLIENT_GONE;
            baton.execute(stream::close);
        }
    }

    private EventId anyId() {
        if (random.nextInt(4) == 0 || source.published.isEmpty()) {
            return new EventId(random.nextInt(60), 1_000_000); // Made up: there never is such an event.
        }
        List<EventId> ids = new ArrayList<>(source.order.keySet());
        ids.sort(null);
        return ids.get(random.nextInt(ids.size()));
    }

    private void leave() {
        if (visits.isEmpty()) {
            return;
        }
        Visit visit = visits.get(random.nextInt(visits.size()));
        SimulatedClient client = visit.client;
        if (client.isOpen() && random.nextBoolean()) {
            client.leaves = true;
            visit.stream.close();
        } else if (client.isStalled() && random.nextBoolean()) {
            baton.execute(client::readOn);
        } else if (client.isOpen()) {
            client.breaks = random.nextInt(4) == 0;
        } else if (client.after != null && !client.sawTerminal()) {
            visits.remove(visit);
            come(client.after, client.filter(), client.seen());
        }
    }

    /** Ends one stream from outside, wherever it is just now. */
    private void revoke() {
        if (visits.isEmpty()) {
            return;
        }
        Visit visit = visits.get(random.nextInt(visits.size()));
        SimulatedClient client = visit.client;
        if (client.isOpen()) {
            client.leaves = true;
            if (client.isStalled()) {
                happened.add(Event.END_WHILE_STALLED);
            } else if (client.isInCall()) {
                happened.add(Event.END_WHILE_WRITING);
            } else if (!client.wasCalled()) {
                happened.add(Event.END_BEFORE_START);
            }
            StreamRequest request = ((StreamSession) visit.stream).request();
            streams.revoke(each -> each == request);
        }
    }

    private void pass(Duration time) {
        clock.advance(time);
        baton.inOrder(Comparator.comparingInt(this::visitOf), streams::tick);
    }

    private int visitOf(Runnable task) {
        for (int i = 0; i < visits.size(); i++) {
            if (visits.get(i).stream == task) {
                return i;
            }
        }
        return -1;
    }

    // ---- what must hold in the end ----

    private void comeToRest() {
        source.down = false;
        source.flaky = false;
        source.connect();
        deliverAll();
        for (int i = 0; i < 4; i++) {
            pass(Duration.ofMillis(600));
            deliverAll();
        }
    }

    /** Who has stopped reading goes on. */
    private void readOn() {
        for (Visit visit : visits) {
            if (visit.client.blockings() > 0) {
                happened.add(Event.BLOCKED);
            }
        }
        for (boolean some = true; some; ) {
            some = false;
            for (Visit visit : visits) {
                if (visit.client.isStalled()) {
                    some = true;
                    visit.client.readOn();
                }
            }
            deliverOnly();
        }
    }

    private void deliverAll() {
        deliverOnly();
        readOn();
        clock.advance(Feeds.LONGEST_WAIT); // For those that wait for others to share their write.
        deliverOnly();
        readOn();
    }

    private void deliverOnly() {
        int steps = 0;
        while (baton.isBusy() || source.wires.stream().anyMatch(wire -> !wire.messages.isEmpty())) {
            if (random.nextBoolean()) {
                source.deliver();
            } else {
                baton.step();
            }
            if (++steps > ENOUGH) {
                throw new AssertionError("it never comes to rest");
            }
        }
    }

    /** @param afterAll whether something was published while everybody was watching */
    private void check(boolean afterAll) {
        if (source.disowned > 0) {
            happened.add(Event.FOREIGN);
        }
        JobEvent newest = source.newest();
        for (Visit visit : visits) {
            SimulatedClient client = visit.client;
            if (!client.isOpen() || newest == null) {
                continue;
            }
            boolean beyond = client.after != null
                    && !newest.journaledId().isAfter(client.after)
                    && !source.holds(client.after)
                    && !newest.isTerminal();
            if (client.wasToldOfDropped()) {
                happened.add(Event.DROPPED);
            }
            if (weather == Weather.KEPT) {
                client.expectTail();
            }
            boolean isThere = source.isAllThereIs(client.position(), client.filter());
            boolean undecided = client.beganLater() && !afterAll;
            client.expect(isThere || beyond || undecided, "left behind, the newest is " + source.last);
            client.expect(!newest.isTerminal(), "still open though the job has ended");
        }
    }

    private void leaveNothing() {
        for (Visit visit : visits) {
            visit.client.leaves = true;
            visit.stream.close();
        }
        deliverAll();
        for (Visit visit : visits) {
            visit.client.expect(!visit.client.isOpen(), "never closed");
        }
        expect(streams.openStreams() == 0, "streams leak");
        for (JobFeed feed : feeds) {
            expect(Feeds.all(feed.watchers()).isEmpty(), "watchers leak");
        }
        expect(ended == opened, "streams that end more than once, or never");
        pass(Duration.ofSeconds(10));
        deliverAll();
        expect(streams.followedJobs() == 0, "feeds leak");
        expect(source.wires.isEmpty(), "subscriptions leak");
        expect(!baton.isBusy(), "something goes on");
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + weather;
    }
}
