package dev.jobstream.application.testing;

import dev.jobstream.domain.QuotaLeases;
import dev.jobstream.domain.TransportUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Where the nodes of a test keep their leases. Goes away, or hangs, when the test says so. */
public final class SimulatedLeases {

    private final ManualClock clock;
    private final List<Node> nodes = new ArrayList<>();
    private volatile boolean away;
    private volatile CountDownLatch answering = new CountDownLatch(0);
    private volatile int reports;

    public SimulatedLeases(ManualClock clock) {
        this.clock = clock;
    }

    public synchronized QuotaLeases node(Duration life) {
        Node node = new Node(life);
        nodes.add(node);
        return node;
    }

    public void goAway(boolean gone) {
        away = gone;
    }

    /** Answers nothing until {@link #answer}. */
    public void hang() {
        answering = new CountDownLatch(1);
    }

    public void answer() {
        answering.countDown();
    }

    public int reports() {
        return reports;
    }

    /** What is held of it in the eyes of all. */
    public synchronized int held(String key) {
        return nodes.stream()
                .filter(Node::isAlive)
                .mapToInt(node -> node.held.getOrDefault(key, 0))
                .sum();
    }

    private synchronized List<Integer> carryOut(
            Node node, boolean whole, Map<String, Integer> held, List<List<QuotaLeases.Limit>> wishes) {
        reports++;
        if (whole) {
            node.held.clear();
        }
        node.held.putAll(held);
        node.until = clock.now().plus(node.life);
        List<Integer> answers = new ArrayList<>();
        for (List<QuotaLeases.Limit> limits : wishes) {
            int full = QuotaLeases.GRANTED;
            for (int i = limits.size() - 1; i >= 0; i--) {
                full = held(limits.get(i).key()) >= limits.get(i).most() ? i : full;
            }
            if (full == QuotaLeases.GRANTED) {
                limits.forEach(limit -> node.held.merge(limit.key(), 1, Integer::sum));
            }
            answers.add(full);
        }
        return answers;
    }

    private final class Node implements QuotaLeases {

        private final Duration life;
        private final Map<String, Integer> held = new HashMap<>();
        private Instant until = Instant.MIN;

        private Node(Duration life) {
            this.life = life;
        }

        private boolean isAlive() {
            return clock.now().isBefore(until);
        }

        @Override
        public Optional<List<Integer>> report(boolean whole, Map<String, Integer> told, List<List<Limit>> wishes) {
            try {
                answering.await();
            } catch (InterruptedException e) {
                throw new TransportUnavailableException("interrupted", e);
            }
            if (away) {
                throw new TransportUnavailableException("away", null);
            }
            synchronized (SimulatedLeases.this) {
                return whole || isAlive() ? Optional.of(carryOut(this, whole, told, wishes)) : Optional.empty();
            }
        }

        @Override
        public void end() {
            synchronized (SimulatedLeases.this) {
                held.clear();
            }
        }

        @Override
        public Duration life() {
            return life;
        }
    }
}
