package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jobstream.application.StreamRefusedException.Refusal;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.application.testing.ManualClock;
import dev.jobstream.application.testing.ManualExecutor;
import dev.jobstream.application.testing.RecordingConnection;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import dev.jobstream.domain.NewEvent;
import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two nodes that share a control journal, with a clock in hand. */
class RevocationsTest {

    private static final JobId JOB = new JobId("job");
    private static final Duration MEMORY = Duration.ofHours(24);
    private static final String ISSUER = "https://issuer.example";

    private final ManualClock clock = new ManualClock();
    private final ManualExecutor threads = new ManualExecutor();
    private final InMemoryTransport transport =
            new InMemoryTransport(new JournalLimits(10_000, Duration.ofDays(7), 16_384), 10_000_000, clock);
    private int passes;

    private record User(String getName, Caller caller) implements Principal {

        @Override
        public String getName() {
            return getName;
        }
    }

    private final class Node {

        final Revocations revocations = new Revocations(new ControlJournal(transport, transport), MEMORY, threads);
        final StreamAccess access = new GuardedAccess(new ByCaller(), revocations, clock);
        final JobEventStreams streams = new JobEventStreams(
                transport,
                access,
                StreamMetrics.NONE,
                StreamSettings.DEFAULT
                        .withOpenWait(Duration.ZERO)
                        .withHeartbeat(Duration.ofDays(30))
                        .withAccessInterval(Duration.ZERO),
                threads,
                clock);

        Node() {
            streams.follow(revocations);
        }

        RecordingConnection watch(Principal user) {
            RecordingConnection client = new RecordingConnection();
            streams.open(new StreamRequest(JOB, StreamStart.beginning(), user)).start(client);
            threads.runAll();
            return client;
        }

        void tick() {
            revocations.tick(clock.nanos());
            threads.runAll();
        }
    }

    private static final class ByCaller implements StreamAccess {

        @Override
        public AccessDecision toWatch(@Nullable Principal principal, JobId job) {
            return AccessDecision.allowed();
        }

        @Override
        public AccessDecision toPublish(@Nullable Principal principal, JobId job) {
            return AccessDecision.allowed();
        }

        @Override
        public Caller caller(Principal principal) {
            return ((User) principal).caller();
        }
    }

    private final Node node = new Node();
    private final Node other = new Node();

    private User user(String name, @Nullable Instant issuedAt) {
        return new User(name, new Caller(ISSUER, name, "token of " + name, "session of " + name, issuedAt));
    }

    private User user(String name) {
        return user(name, clock.now());
    }

    static List<Revocation> ofAlice() {
        return List.of(
                Revocation.ofSubject("alice"),
                Revocation.ofToken("token of alice"),
                Revocation.ofSession("session of alice"),
                new Revocation(ISSUER, "alice", null, null, null),
                new Revocation(ISSUER, "alice", "token of alice", "session of alice", JOB),
                new Revocation(null, "alice", null, null, JOB));
    }

    @ParameterizedTest
    @MethodSource("ofAlice")
    void endsWhatItIsAboutOnEveryNodeAndNothingElse(Revocation revocation) {
        RecordingConnection here = node.watch(user("alice"));
        RecordingConnection there = other.watch(user("alice"));
        RecordingConnection bob = other.watch(user("bob"));

        node.revocations.revoke(revocation);
        threads.runAll();
        assertThat(here.take()).containsExactly("REVOKED");
        assertThat(there.take()).isEmpty();
        other.tick();

        assertThat(there.take()).containsExactly("REVOKED");
        assertThat(bob.take()).isEmpty();
    }

    static List<Revocation> ofOthers() {
        return List.of(
                Revocation.ofSubject("bob"),
                Revocation.ofToken("session of alice"),
                Revocation.ofSession("token of alice"),
                new Revocation("https://other.example", "alice", null, null, null),
                new Revocation(null, "alice", "token of bob", null, null),
                new Revocation(null, "alice", null, null, new JobId("other")),
                Revocation.ofJob(new JobId("other")));
    }

    @ParameterizedTest
    @MethodSource("ofOthers")
    void isAboutNobodyElse(Revocation revocation) {
        RecordingConnection alice = node.watch(user("alice"));

        node.revocations.revoke(revocation);
        threads.runAll();

        assertThat(alice.take()).isEmpty();
        node.watch(user("alice"));
    }

    @Test
    void endsAllStreamsOfAJob() {
        RecordingConnection alice = node.watch(user("alice"));
        RecordingConnection bob = node.watch(user("bob"));

        node.revocations.revoke(Revocation.ofJob(JOB));
        threads.runAll();

        assertThat(alice.take()).containsExactly("REVOKED");
        assertThat(bob.take()).containsExactly("REVOKED");
    }

    @Test
    void refusesWhatWasGrantedBeforeAndNotWhatIsGrantedLater() {
        User before = user("alice");
        node.revocations.revoke(Revocation.ofSubject("alice"));
        other.tick();
        clock.advance(Duration.ofSeconds(1));

        for (Node each : List.of(node, other)) {
            assertThatExceptionOfType(StreamRefusedException.class)
                    .isThrownBy(() -> each.watch(before))
                    .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.UNAUTHENTICATED));
            assertThat(each.access.toPublish(before, JOB).verdict()).isEqualTo(AccessDecision.Verdict.UNAUTHENTICATED);
            assertThat(each.watch(user("alice")).take()).isEmpty();
        }
    }

    @Test
    void ofWhoHasNoTimeOnlyStreamsAreEnded() {
        RecordingConnection alice = node.watch(user("alice", null));

        node.revocations.revoke(Revocation.ofSubject("alice"));
        threads.runAll();

        assertThat(alice.take()).containsExactly("REVOKED");
        assertThat(node.watch(user("alice", null)).take()).isEmpty();
    }

    @Test
    void aNodeThatIsNewKnowsWhatWasTakenBack() {
        User alice = user("alice");
        node.revocations.revoke(Revocation.ofToken("token of alice"));

        Node late = new Node();
        late.tick();

        assertThatExceptionOfType(StreamRefusedException.class).isThrownBy(() -> late.watch(alice));
    }

    @Test
    void aThousandCostOnePass() {
        other.revocations.onRevoked(this, index -> passes++);
        node.revocations.revoke(IntStream.range(0, 1_000)
                .mapToObj(n -> Revocation.ofToken("token " + n))
                .toList());
        IntStream.range(0, 10).forEach(n -> node.revocations.revoke(Revocation.ofToken("one more " + n)));

        other.tick();

        assertThat(passes).isOne();
    }

    @Test
    void isForgottenWhenNoTokenLivesThatLong() {
        User alice = user("alice");
        node.revocations.revoke(Revocation.ofSubject("alice"));
        clock.advance(MEMORY.plusMillis(1));
        assertThatExceptionOfType(StreamRefusedException.class).isThrownBy(() -> node.watch(alice));

        node.revocations.revoke(Revocation.ofSubject("bob"));

        assertThat(node.watch(alice).take()).isEmpty();
    }

    @Test
    void theNewestAreRemembered() {
        RevocationIndex index = new RevocationIndex(MEMORY, 2);
        for (int n = 1; n <= 3; n++) {
            index.add(Revocation.ofSubject("user" + n), n);
        }

        List<String> revoked = new ArrayList<>();
        for (int n = 1; n <= 3; n++) {
            if (index.isRevoked(user("user" + n).caller(), JOB, 0)) {
                revoked.add("user" + n);
            }
        }
        assertThat(revoked).containsExactly("user2", "user3");
    }

    @Test
    void garbageInTheJournalIsPassedOver() {
        JobId journal = new JobId("revocations");
        for (String data :
                List.of("{}", "{\"of\":\"\"}", "{\"of\":\"job=%%%\"}", "{\"of\":\"job=a%20b\"}", "{\"x\":1}")) {
            EventId unused = transport.publish(journal, NewEvent.of("access.revoked", data));
        }
        EventId unused = transport.publish(journal, NewEvent.of("some.thing", "{\"of\":\"subject=alice\"}"));
        RecordingConnection alice = other.watch(user("alice"));
        other.tick();
        assertThat(alice.take()).isEmpty();

        node.revocations.revoke(Revocation.ofSubject("alice"));
        clock.advance(Duration.ofSeconds(1));
        other.tick();
        assertThat(alice.take()).containsExactly("REVOKED");
    }

    @Test
    void whatItSaysSurvivesTheJournal() {
        Revocation odd = new Revocation(
                "https://a.b/?x=1&y=\u00fc", "a \"b\" & = % + \n\ud83d\ude80", "\\", "'", new JobId("j"));
        assertThat(Revocation.read(odd.write())).isEqualTo(odd);
    }

    @Test
    void mustNameSomething() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Revocation(ISSUER, null, null, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> Revocation.ofSubject(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Revocation.ofToken("t".repeat(1_025)));
    }
}
