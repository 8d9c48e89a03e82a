package dev.jobstream.benchmarks.jmh;

import dev.jobstream.application.AccessDecision;
import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.application.StreamAccess;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRequest;
import dev.jobstream.application.StreamSettings;
import dev.jobstream.application.StreamStart;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.domain.EventData;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import java.security.Principal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One event from the wire to all who watch its job, without a network. With {@code drains} everything happens on the wire's
 * thread, down to a connection that does nothing; without, it ends where workers would take over.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StreamBenchmark {

    private static final JobId JOB = new JobId("job");
    private static final JournalPage NOTHING = new JournalPage(List.of(), false, false);

    @Param({"1", "100", "1000"})
    public int watchers;

    @Param({"false", "true"})
    public boolean drains;

    private final Wire wire = new Wire();
    private EventData data;
    private long number;
    private boolean working;
    private long sent;

    /** For each iteration anew, for what was handed to no worker stays where it is. */
    @Setup(Level.Iteration)
    public void setUp() {
        number = 0;
        data = EventData.parse(Events.data(120));
        working = true;
        JobEventStreams streams = new JobEventStreams(
                wire, new Everybody(), StreamMetrics.NONE, StreamSettings.DEFAULT, this::work, StreamClock.system());
        for (int i = 0; i < watchers; i++) {
            streams.open(new StreamRequest(JOB, StreamStart.now(), null)).start(new Nowhere());
        }
        onEvent();
        if (sent == 0) {
            throw new IllegalStateException("nothing is sent");
        }
        working = drains;
    }

    private void work(Runnable task) {
        if (working) {
            task.run();
        }
    }

    @Benchmark
    public long onEvent() {
        wire.listener.onEvent(Events.event(++number, data));
        return sent;
    }

    /** A client that takes everything. */
    private final class Nowhere implements ClientConnection {

        @Override
        public boolean send(EventBatch batch) {
            sent += batch.size();
            return true;
        }

        @Override
        public boolean position(EventId id) {
            return true;
        }

        @Override
        public boolean heartbeat() {
            return true;
        }

        @Override
        public void close(EndReason reason) {}
    }

    /** A transport with nothing in its journal. */
    private static final class Wire implements EventSource {

        private EventListener listener;

        @Override
        public JournalPage readAfter(JobId job, EventId after, int limit) {
            return NOTHING;
        }

        @Override
        public JournalPage readLast(JobId job, int limit) {
            return NOTHING;
        }

        @Override
        public JournalPage readBefore(JobId job, EventId before, int limit) {
            return NOTHING;
        }

        @Override
        public Subscription listen(JobId job, EventListener heard) {
            listener = heard;
            heard.onConnected();
            return () -> {};
        }
    }

    private static final class Everybody implements StreamAccess {

        @Override
        public AccessDecision toWatch(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }

        @Override
        public AccessDecision toPublish(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }
    }
}
