package dev.jobstream.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** All checks, and a run of those that are asked for, several at a time. */
final class Suite {

    /** A part of docs/protocol.md is a section, or several where it says much. Their order is their numbers. */
    static final List<Section> SECTIONS = List.of(
            Opening.section(),
            Framing.section(),
            Resuming.section(),
            Joining.section(),
            Heartbeats.section(),
            Ending.section(),
            Filtering.section(),
            Control.section(),
            Refusals.section(),
            Tickets.section(),
            Ndjson.section(),
            Text.section(),
            WebSockets.section(),
            Pages.section(),
            Publishing.section(),
            PublishingStreams.section());

    /** Checks that do not wait run so many at a time: a server is to be looked at, not to be loaded. */
    private static final int AT_A_TIME = 12;

    private Suite() {}

    /** A check with its number. */
    record Numbered(String number, Section section, Check check) {

        boolean isAskedFor(List<String> asked) {
            String inSection = number.substring(0, number.indexOf('.'));
            return asked.isEmpty() || asked.contains(number) || asked.contains(inSection);
        }
    }

    static List<Numbered> checks() {
        List<Numbered> checks = new ArrayList<>();
        for (int s = 0; s < SECTIONS.size(); s++) {
            Section section = SECTIONS.get(s);
            for (int c = 0; c < section.checks().size(); c++) {
                checks.add(new Numbered(
                        (s + 1) + "." + (c + 1), section, section.checks().get(c)));
            }
        }
        return checks;
    }

    /** Runs what is asked for; the results are in the order of their numbers. */
    static List<Result> run(Options options) {
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "conformance");
            thread.setDaemon(true);
            return thread;
        };
        ExecutorService waiting = Executors.newCachedThreadPool(daemons);
        ExecutorService others = Executors.newFixedThreadPool(AT_A_TIME, daemons);
        try {
            Server server = new Server(options, waiting);
            Supplier<String> jobs = jobs(options.jobPrefix());
            List<Numbered> asked = checks().stream()
                    .filter(check -> check.isAskedFor(options.sections()))
                    .toList();
            List<CompletableFuture<Result>> results = new ArrayList<>();
            // Who waits begins first, since the others take place meanwhile.
            asked.stream()
                    .sorted(Comparator.comparing(check -> !check.check().waits()))
                    .forEach(check -> {
                        Executor threads = check.check().waits() ? waiting : others;
                        results.add(CompletableFuture.supplyAsync(() -> run(check, server, jobs), threads));
                    });
            List<Result> all = new ArrayList<>(
                    results.stream().map(CompletableFuture::join).toList());
            all.sort(Comparator.comparingInt(result -> index(asked, result)));
            return all;
        } finally {
            waiting.shutdownNow();
            others.shutdownNow();
        }
    }

    private static int index(List<Numbered> checks, Result result) {
        for (int i = 0; i < checks.size(); i++) {
            if (checks.get(i).number().equals(result.number())) {
                return i;
            }
        }
        throw new IllegalStateException(result.number());
    }

    private static Supplier<String> jobs(String prefix) {
        String run = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);
        AtomicInteger counter = new AtomicInteger();
        return () -> prefix + run + "-" + counter.incrementAndGet();
    }

    private static Result run(Numbered numbered, Server server, Supplier<String> jobs) {
        long begin = System.nanoTime();
        Result.Outcome outcome = Result.Outcome.PASSED;
        String detail = "";
        try (Probe probe = new Probe(server, jobs)) {
            numbered.check().body().run(probe);
        } catch (Skipped e) {
            outcome = Result.Outcome.SKIPPED;
            detail = String.valueOf(e.getMessage());
        } catch (Failure e) {
            outcome = Result.Outcome.FAILED;
            detail = String.valueOf(e.getMessage());
        } catch (Exception e) {
            outcome = Result.Outcome.FAILED;
            detail = "expected an answer that can be read, saw " + Expect.show(e.toString());
        }
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        return new Result(numbered.number(), numbered.section(), numbered.check(), outcome, detail, time);
    }
}
