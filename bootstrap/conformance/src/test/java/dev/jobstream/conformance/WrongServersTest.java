package dev.jobstream.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.conformance.Faults.Fault;
import dev.jobstream.conformance.Result.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Every check can fail: for each there is a server that does one thing wrong, and it notices. */
class WrongServersTest {

    private static final int AT_A_TIME = 8;
    /** WebSockets do not pass through the proxy: {@code WrongSocketsTest}. */
    private static final String WEB_SOCKETS = "13.";

    private static ConfigurableApplicationContext host;

    @BeforeAll
    static void start() {
        host = Apps.startHost();
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    /** @param seconds that everything is waited for: a fault needs no patience to show */
    static List<Result> run(int port, String section, int seconds) {
        return Suite.run(Options.parse(
                List.of(
                        "--timeout",
                        String.valueOf(seconds),
                        "--heartbeat",
                        String.valueOf(seconds + 1),
                        "--retained",
                        String.valueOf(Tokens.RETAINED),
                        "--section",
                        section,
                        "http://127.0.0.1:" + port + "/app/jobs"),
                Tokens.environment()));
    }

    private static String check(Fault fault) {
        try (FaultyProxy proxy = new FaultyProxy(Apps.port(host), fault.request(), fault.answer(), fault.piece())) {
            return run(proxy.port(), fault.checks(), 1).stream()
                    .filter(result -> result.outcome() != Outcome.FAILED)
                    .map(result -> fault + " is not noticed by " + result.number() + ": " + result.outcome() + " "
                            + result.detail())
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return fault + ": " + e;
        }
    }

    @Test
    void eachFaultIsNoticed() {
        Map<Fault, CompletableFuture<String>> results = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            for (Fault fault : Faults.all()) {
                results.put(fault, CompletableFuture.supplyAsync(() -> check(fault), threads));
            }
            List<String> unnoticed = new ArrayList<>();
            results.values().forEach(result -> unnoticed.add(result.join()));
            unnoticed.removeIf(String::isEmpty);
            assertThat(unnoticed).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    /** What the faults show is theirs, and not the proxy's. */
    @Test
    void withoutAFaultNothingFails() throws IOException {
        try (FaultyProxy proxy =
                new FaultyProxy(Apps.port(host), passing -> {}, passing -> {}, (passing, piece) -> piece)) {
            assertThat(run(proxy.port(), "1,2,3,4,5,6,7,8,9,10,11,12,14,15", 20))
                    .filteredOn(result -> result.outcome() != Outcome.PASSED)
                    .extracting(result -> result.number() + " " + result.detail())
                    .isEmpty();
        }
    }

    @Test
    void eachCheckHasAFault() {
        Set<String> numbers = new TreeSet<>();
        Suite.checks().forEach(check -> numbers.add(check.number()));
        Faults.all()
                .forEach(fault -> numbers.removeAll(Arrays.asList(fault.checks().split(","))));
        numbers.removeIf(number -> number.startsWith(WEB_SOCKETS));
        assertThat(numbers).isEmpty();
    }
}
