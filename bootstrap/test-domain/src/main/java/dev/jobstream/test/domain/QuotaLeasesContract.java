package dev.jobstream.test.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.QuotaLeases.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What leases must do, wherever they are kept: the numbered contract of quotas that nodes share. */
public abstract class QuotaLeasesContract {

    private static final int GRANTED = QuotaLeases.GRANTED;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final String key = "subject:" + UUID.randomUUID();
    private final String other = "job:" + UUID.randomUUID();

    /** One more node of the same installation. */
    protected abstract QuotaLeases node(Duration life);

    /** Lets time pass, where it does not by itself. */
    protected abstract void letPass(Duration time);

    private static List<Integer> first(QuotaLeases node, List<List<Limit>> wishes) {
        return node.report(true, Map.of(), wishes).orElseThrow();
    }

    private static List<Integer> tell(QuotaLeases node, Map<String, Integer> held) {
        return node.report(false, held, List.of()).orElseThrow();
    }

    private static int wish(QuotaLeases node, Limit... limits) {
        return node.report(false, Map.of(), List.of(List.of(limits)))
                .orElseThrow()
                .get(0);
    }

    private List<List<Limit>> wishes(int count, int most) {
        return Collections.nCopies(count, List.of(new Limit(key, most)));
    }

    @Test
    void q01_nodesTogetherGetNoMoreThanThereIs() {
        QuotaLeases one = node(LONG);
        QuotaLeases two = node(LONG);

        assertThat(first(one, wishes(3, 5))).containsOnly(GRANTED);
        assertThat(first(two, wishes(4, 5))).containsExactly(GRANTED, GRANTED, 0, 0);
        assertThat(wish(one, new Limit(key, 5))).isZero();
        assertThat(wish(one, new Limit(key, 6))).isEqualTo(GRANTED);
    }

    @Test
    void q02_aWishIsGrantedAsAWholeOrNotAtAll() {
        QuotaLeases one = node(LONG);
        QuotaLeases two = node(LONG);
        first(one, List.of(List.of(new Limit(key, 9), new Limit(other, 1))));
        first(two, List.of());

        assertThat(wish(two, new Limit(key, 2), new Limit(other, 1))).isEqualTo(1);
        assertThat(wish(two, new Limit(key, 1), new Limit(other, 1))).isZero();
        assertThat(wish(two, new Limit(key, 2))).isEqualTo(GRANTED);
        assertThat(wish(two, new Limit(key, 2))).isZero();
    }

    @Test
    void q03_whatIsGivenBackOthersMayHave() {
        QuotaLeases one = node(LONG);
        QuotaLeases two = node(LONG);
        first(one, wishes(2, 2));
        assertThat(first(two, wishes(1, 2))).containsExactly(0);

        assertThat(tell(one, Map.of(key, 1))).isEmpty();
        assertThat(wish(two, new Limit(key, 2))).isEqualTo(GRANTED);
        assertThat(wish(two, new Limit(key, 2))).isZero();
        tell(one, Map.of(key, 0, "subject:never", 0));
        assertThat(wish(two, new Limit(key, 2))).isEqualTo(GRANTED);
    }

    @Test
    void q04_whoSaysAllHoldsNothingBesides() {
        QuotaLeases one = node(LONG);
        QuotaLeases two = node(LONG);
        first(one, wishes(2, 2));

        assertThat(one.report(true, Map.of(other, 1), List.of())).isPresent();

        assertThat(first(two, wishes(3, 2))).containsExactly(GRANTED, GRANTED, 0);
        assertThat(wish(two, new Limit(other, 1))).isZero();
    }

    @Test
    void q05_aNodeThatIsNotHeardOfHoldsNothingAnyMore() {
        QuotaLeases dead = node(SHORT);
        QuotaLeases alive = node(LONG);
        first(dead, wishes(2, 2));
        assertThat(first(alive, wishes(1, 2))).containsExactly(0);

        letPass(SHORT.multipliedBy(2));

        await().until(() -> wish(alive, new Limit(key, 2)) == GRANTED);
        assertThat(dead.report(false, Map.of(), wishes(1, 9))).isEmpty();
        assertThat(dead.report(false, Map.of(), wishes(1, 9))).isEmpty();
        assertThat(wish(alive, new Limit(key, 2))).isEqualTo(GRANTED);
        assertThat(dead.report(true, Map.of(key, 2), wishes(1, 4))).hasValue(List.of(0));
        assertThat(wish(dead, new Limit(key, 5))).isEqualTo(GRANTED);
    }

    @Test
    void q06_eachReportRenewsALease() {
        QuotaLeases one = node(LONG);
        QuotaLeases two = node(LONG);
        first(one, wishes(1, 1));
        for (int i = 0; i < 5; i++) {
            letPass(LONG.dividedBy(2));
            tell(one, Map.of());
        }

        assertThat(first(two, wishes(1, 1))).containsExactly(0);
    }

    @Test
    void q07_aNodeThatEndsHoldsNothingAnyMore() {
        QuotaLeases one = node(LONG);
        first(one, wishes(2, 2));

        one.end();

        assertThat(first(node(LONG), wishes(2, 2))).containsOnly(GRANTED);
    }

    @Test
    void q08_noTwoNodesGetTheLastPlace() throws Exception {
        List<Future<Integer>> granted = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int n = 0; n < 4; n++) {
            QuotaLeases node = node(LONG);
            granted.add(threads.submit(() -> {
                first(node, List.of());
                int mine = 0;
                for (int i = 0; i < 100; i++) {
                    mine += wish(node, new Limit(key, 77), new Limit(other, 200)) == GRANTED ? 1 : 0;
                }
                return mine;
            }));
        }
        threads.shutdown();
        int all = 0;
        for (Future<Integer> part : granted) {
            all += part.get();
        }

        assertThat(all).isEqualTo(77);
    }

    @Test
    void q09_keysAreWhateverSomebodyIsCalled() {
        String odd = "subject:https://issuer.example/ \"a\" {b} 🚀\n\\:" + UUID.randomUUID();
        QuotaLeases one = node(LONG);
        first(one, List.of(List.of(new Limit(odd, 1))));

        assertThat(first(node(LONG), List.of(List.of(new Limit(odd, 1))))).containsExactly(0);
    }

    @Test
    void q10_thousandsOfKeysAreToldInOneReport() {
        Map<String, Integer> many = new java.util.HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            many.put(key + i, 1);
        }
        QuotaLeases one = node(LONG);

        assertThat(one.report(true, many, List.of())).isPresent();

        assertThat(first(node(LONG), List.of(List.of(new Limit(key + 4_999, 1)))))
                .containsExactly(0);
    }
}
