package dev.jobstream.application.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.SimulatedLeases;
import dev.jobstream.domain.QuotaLeases.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a place: on one node, on two, and while they cannot ask each other. */
@Timeout(60)
class PlacesTest {

    private static final Duration LIFE = Duration.ofSeconds(15);

    private final ManualClock clock = new ManualClock();
    private final SimulatedLeases leases = new SimulatedLeases(clock);
    private final List<Places> open = new ArrayList<>();

    @AfterEach
    void close() {
        leases.answer();
        leases.goAway(false);
        open.forEach(Places::close);
    }

    private Places alone() {
        return new Places(null, clock::nanos);
    }

    /** A node that shares. Its thread goes by the real clock, the leases by the test's. */
    private Places sharing() {
        return sharing(Duration.ofMinutes(1)); // However busy the machine is.
    }

    private Places sharing(Duration patience) {
        Places places = new Places(leases.node(LIFE), patience, System::nanoTime);
        open.add(places);
        places.start();
        await().until(() -> !places.isAlone());
        return places;
    }

    private static Places.Answer take(Places places, String subject, int mostOfSubject, String job, int mostOfJob) {
        return places.take(List.of(new Limit("subject:" + subject, mostOfSubject), new Limit("job:" + job, mostOfJob)));
    }

    private static Places.Answer take(Places places, int most) {
        return places.take(List.of(new Limit("subject:a", most)));
    }

    private static List<Place> takeAll(Places places, int most) {
        List<Place> taken = new ArrayList<>();
        for (Places.Answer answer = take(places, most); answer.isGranted(); answer = take(places, most)) {
            taken.add(answer.place());
        }
        return taken;
    }

    @Test
    void aNodeByItselfCountsExactly() {
        Places places = alone();
        Place first = take(places, "a", 2, "x", 3).place();
        take(places, "a", 2, "y", 3);

        assertThat(take(places, "a", 2, "x", 3).full()).isZero();
        assertThat(take(places, "b", 2, "x", 3).isGranted()).isTrue();
        assertThat(take(places, "c", 2, "x", 3).isGranted()).isTrue();
        assertThat(take(places, "d", 2, "x", 3).full()).isEqualTo(1);
        assertThat(places.held("subject:d")).as("of a place that was refused").isZero();
        first.free();
        assertThat(take(places, "d", 2, "x", 3).isGranted()).isTrue();
        assertThat(take(places, "a", 2, "z", 3).isGranted()).isTrue();
    }

    @Test
    void aPlaceIsFreedOnce() {
        Places places = alone();
        Place place = take(places, 9).place();
        take(places, 9);

        place.free();
        place.free();

        assertThat(places.held("subject:a")).isEqualTo(1);
    }

    @Test
    void whatNobodyHoldsIsForgotten() {
        Places places = alone();
        for (int i = 0; i < 1_000; i++) {
            take(places, "a" + i, 1, "x" + i, 1).place().free();
            take(places, "a" + i, 0, "x" + i, 1);
        }
        assertThat(places.size()).isZero();
    }

    @Test
    void nodesTogetherHaveNoMoreThanTheQuotaAndWhatOneFreesTheOtherMayHave() {
        Places one = sharing();
        Places two = sharing();
        assertThat(takeAll(one, 3)).hasSize(3);
        assertThat(take(two, 3).full()).isZero();

        takeAll(one, 4).get(0).free();

        await().until(() -> take(two, 4).isGranted());
        assertThat(take(one, 4).full()).isZero();
        assertThat(leases.held("subject:a")).isEqualTo(4);
    }

    /** Opens and ends as they come, on two nodes, against a quota that is hit all the time. */
    @Test
    void manyThreadsOnTwoNodesNeverHaveMoreAndLeaveNothing() throws Exception {
        List<Places> nodes = List.of(sharing(), sharing());
        AtomicInteger held = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger granted = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Places places = nodes.get(t % 2);
            Random random = new Random(t);
            Thread thread = new Thread(() -> {
                List<Place> mine = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    Places.Answer answer = take(places, "a", 10, "x" + random.nextInt(3), 5);
                    if (answer.isGranted()) {
                        most.accumulateAndGet(held.incrementAndGet(), Math::max);
                        granted.incrementAndGet();
                        mine.add(answer.place());
                    }
                    if (!mine.isEmpty() && random.nextBoolean()) {
                        held.decrementAndGet(); // Before: the next may have it before free() returns.
                        mine.remove(0).free();
                    }
                }
                held.addAndGet(-mine.size());
                mine.forEach(Place::free);
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(granted.get()).isGreaterThan(100);
        assertThat(most.get()).isBetween(2, 10);
        assertThat(nodes).allSatisfy(places -> assertThat(places.size()).isZero());
        await().until(() -> leases.held("subject:a") == 0 && leases.held("job:x0") == 0);
    }

    @Test
    void whileTheOthersCannotBeAskedANodeKeepsToTheQuotaByItself() {
        Places one = sharing();
        Places two = sharing();
        takeAll(one, 3);
        leases.goAway(true);

        assertThat(takeAll(two, 3)).hasSize(3);
        assertThat(take(one, 3).full()).isZero();

        leases.goAway(false);
        await().until(() -> !two.isAlone());
        assertThat(leases.held("subject:a")).isEqualTo(6);
        assertThat(take(two, 6).full()).isZero();
        assertThat(take(two, 7).isGranted()).isTrue();
    }

    @Test
    void onlyTheFirstWaitForOthersThatHang() {
        Places places = sharing(SharedPlaces.PATIENCE);
        leases.hang();
        long begin = System.nanoTime();

        assertThat(takeAll(places, 1_000)).hasSize(1_000);

        Duration waited = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(waited).isBetween(SharedPlaces.PATIENCE, SharedPlaces.PATIENCE.multipliedBy(10));
        leases.answer();
        await().until(() -> leases.held("subject:a") == 1_000);
    }

    @Test
    void onlySoManyWaitAtATime() throws Exception {
        Places places = sharing();
        leases.hang();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SharedPlaces.MOST_WAITING; i++) {
            Thread thread = new Thread(() -> take(places, 1_000).place().free());
            thread.start();
            threads.add(thread);
        }
        await().until(() -> places.waiting() == SharedPlaces.MOST_WAITING);

        assertThat(take(places, 1_000).isGranted()).as("at once").isTrue();

        assertThat(places.isAlone()).isFalse();
        leases.answer();
        for (Thread thread : threads) {
            thread.join();
        }
        await().until(() -> leases.held("subject:a") == 1);
    }

    @Test
    void aPlaceThatWasTakenWithoutTheOthersAndFreedIsFreeForThemToo() {
        Places places = sharing(SharedPlaces.PATIENCE);
        leases.hang();
        take(places, 5).place().free();
        leases.answer();

        await().until(() -> !places.isAlone() && leases.held("subject:a") == 0);
        assertThat(takeAll(places, 5)).hasSize(5);
    }

    @Test
    void aNodeWhoseLeaseEndedSaysAllAgain() {
        Places places = sharing();
        takeAll(places, 3);
        clock.advance(LIFE.multipliedBy(2));

        assertThat(take(places, 4).isGranted()).isTrue();

        assertThat(leases.held("subject:a")).isEqualTo(4);
    }

    @Test
    void moreKeysThanOneReportHoldsAreToldAllTheSame() {
        leases.goAway(true);
        Places places = new Places(leases.node(LIFE), System::nanoTime);
        open.add(places);
        for (int i = 0; i < 3 * SharedPlaces.MOST_KEYS; i++) {
            places.take(List.of(new Limit("subject:" + i, 1)));
        }
        leases.goAway(false);
        places.start();

        await().until(() ->
                IntStream.range(0, 3 * SharedPlaces.MOST_KEYS).allMatch(i -> leases.held("subject:" + i) == 1));
        assertThat(leases.reports()).isBetween(3, 10);
    }

    @Test
    void aNodeThatStopsGivesAllBackAndGoesOnByItself() {
        Places places = sharing();
        takeAll(places, 3);

        places.close();

        assertThat(leases.held("subject:a")).isZero();
        assertThat(takeAll(places, 5)).hasSize(2);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("jobstream-quotas");
    }
}
