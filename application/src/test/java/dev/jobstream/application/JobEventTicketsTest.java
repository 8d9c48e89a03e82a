package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.memory.MemoryOneTimeStore;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.OneTimeStore;
import dev.jobstream.domain.TransportUnavailableException;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobEventTicketsTest {

    private static final JobId JOB = new JobId("job");
    private static final JobId OTHER = new JobId("other");
    private static final Duration LIFE = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final InMemoryTransport transport = new InMemoryTransport(JournalLimits.DEFAULT, 1_000_000, clock);
    private final Revocations revocations =
            new Revocations(new ControlJournal(transport, transport), Duration.ofHours(24), Runnable::run);
    private AccessDecision decision = AccessDecision.allowedUntil(clock.now().plusSeconds(100));
    private final StreamAccess access = new GuardedAccess(new Rule(), revocations, clock);
    private final JobEventStreams streams =
            new JobEventStreams(transport, access, StreamMetrics.NONE, StreamSettings.DEFAULT, Runnable::run, clock);
    private final JobEventTickets tickets = tickets(new MemoryOneTimeStore(clock));
    private final Principal alice = () -> "alice";

    private final class Rule implements StreamAccess {

        @Override
        public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
            return decision;
        }

        @Override
        public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
            return AccessDecision.allowed();
        }

        @Override
        public Caller caller(Principal principal) {
            return new Caller("issuer & co", principal.getName(), "id=1", "s", clock.now());
        }
    }

    private JobEventTickets tickets(OneTimeStore store) {
        return new JobEventTickets(store, access, StreamMetrics.NONE, streams, LIFE);
    }

    private void assertRefused(Refusal refusal, Runnable action) {
        assertThatExceptionOfType(StreamRefusedException.class)
                .isThrownBy(action::run)
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(refusal));
    }

    @Test
    void opensOneStreamAsWhoBoughtItUntilItsTokenEnds() {
        Caller buyer = access.caller(alice);
        Principal holder = tickets.take(tickets.sell(alice, JOB), JOB);

        assertThat(holder.getName()).isEqualTo("alice");
        assertThat(access.caller(holder)).isEqualTo(buyer);
        assertThat(access.toWatch(holder, JOB)).isEqualTo(decision);
        clock.advance(Duration.ofSeconds(100));
        assertThat(access.toWatch(holder, JOB)).isEqualTo(AccessDecision.unauthenticated());
    }

    @Test
    void isGoodForNothingElse() {
        Principal holder = tickets.take(tickets.sell(alice, JOB), JOB);

        assertThat(access.toWatch(holder, OTHER)).isEqualTo(AccessDecision.denied());
        assertThat(access.toPublish(holder, JOB)).isEqualTo(AccessDecision.denied());
        assertRefused(Refusal.UNAUTHENTICATED, () -> tickets.sell(holder, JOB));
    }

    @Test
    void isGoodOnce() {
        String ticket = tickets.sell(alice, JOB);
        Principal unused = tickets.take(ticket, JOB);
        assertRefused(Refusal.UNAUTHENTICATED, () -> tickets.take(ticket, JOB));
    }

    @Test
    void isGoneWhereItWasShownForAnotherJob() {
        String ticket = tickets.sell(alice, JOB);
        assertRefused(Refusal.UNAUTHENTICATED, () -> tickets.take(ticket, OTHER));
        assertRefused(Refusal.UNAUTHENTICATED, () -> tickets.take(ticket, JOB));
    }

    @Test
    void isGoodForAShortTime() {
        String late = tickets.sell(alice, JOB);
        clock.advance(LIFE.minusMillis(1));
        String good = tickets.sell(alice, JOB);
        clock.advance(Duration.ofMillis(1));

        assertRefused(Refusal.UNAUTHENTICATED, () -> tickets.take(late, JOB));
        assertThat(tickets.take(good, JOB).getName()).isEqualTo("alice");
    }

    @Test
    void endsWithWhatItWasBoughtWith() {
        Principal holder = tickets.take(tickets.sell(alice, JOB), JOB);
        revocations.revoke(Revocation.ofSubject("alice"));
        assertThat(access.toWatch(holder, JOB)).isEqualTo(AccessDecision.unauthenticated());
    }

    @Test
    void isSoldToWhoMayWatchAndToNobodyElse() {
        assertRefused(Refusal.UNAUTHENTICATED, () -> tickets.sell(null, JOB));
        decision = AccessDecision.denied();
        assertRefused(Refusal.FORBIDDEN, () -> tickets.sell(alice, JOB));
        decision = AccessDecision.unauthenticated();
        assertRefused(Refusal.UNAUTHENTICATED, () -> tickets.sell(alice, JOB));
    }

    @Test
    void noTwoAreAlike() {
        Set<String> sold = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            sold.add(tickets.sell(alice, JOB));
        }
        assertThat(sold).hasSize(1_000).allMatch(ticket -> ticket.matches("[A-Za-z0-9_-]{22}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "short", "with space in the middle", "AAAAAAAAAAAAAAAAAAAAAA\n", "../../../../etc/passwd0"})
    void whatIsNoTicketIsNotLookedUp(String text) {
        JobEventTickets failing = tickets(new OneTimeStore() {
            @Override
            public void put(String name, String kept, Duration life) {}

            @Override
            public Optional<String> take(String name) {
                throw new AssertionError("looked up");
            }
        });
        assertRefused(Refusal.UNAUTHENTICATED, () -> failing.take(text, JOB));
    }

    @Test
    void theStoreNeverSeesTheTicket() {
        List<String> seen = new ArrayList<>();
        JobEventTickets watched = tickets(new OneTimeStore() {
            @Override
            public void put(String name, String kept, Duration life) {
                seen.add(name + " " + kept);
            }

            @Override
            public Optional<String> take(String name) {
                return Optional.empty();
            }
        });
        String ticket = watched.sell(alice, JOB);
        assertThat(seen).singleElement().asString().doesNotContain(ticket);
    }

    @Test
    void aStoreThatHangsKeepsFewThreads() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(16);
        JobEventTickets slow = tickets(new OneTimeStore() {
            @Override
            public void put(String name, String kept, Duration life) {}

            @Override
            public Optional<String> take(String name) {
                asked.countDown();
                try {
                    hangs.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return Optional.empty();
            }
        });
        String ticket = "A".repeat(22);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> waiting = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                waiting.add(threads.submit(() -> slow.take(ticket, JOB)));
            }
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

            assertThatExceptionOfType(TransportUnavailableException.class).isThrownBy(() -> slow.take(ticket, JOB));

            hangs.countDown();
            for (Future<?> each : waiting) {
                assertThatExceptionOfType(java.util.concurrent.ExecutionException.class)
                        .isThrownBy(() -> each.get(20, TimeUnit.SECONDS))
                        .withCauseInstanceOf(StreamRefusedException.class);
            }
            assertRefused(Refusal.UNAUTHENTICATED, () -> slow.take(ticket, JOB));
        } finally {
            hangs.countDown();
            threads.shutdown();
        }
    }
}
