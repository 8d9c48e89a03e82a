package dev.jobstream.application.testing;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventListener;
import dev.jobstream.domain.EventSource;
import dev.jobstream.domain.JobEvent;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalPage;
import dev.jobstream.domain.TransportUnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transport whose journal and channel the test moves by hand. */
public class ScriptedSource implements EventSource {

    public final List<JobEvent> journal = new ArrayList<>();

    @Nullable
    public RuntimeException failure;

    @Nullable
    public volatile EventListener channel;

    /** The job whose journal cannot be read. */
    @Nullable
    public JobId outOfReach;

    /** What happens once, while the next answer is under way. */
    @Nullable
    public Runnable meanwhile;

    public int reads;

    @Override
    public JournalPage readAfter(JobId job, EventId after, int limit) {
        answer(job);
        List<JobEvent> later = journal.stream()
                .filter(event -> event.journaledId().isAfter(after))
                .toList();
        int size = Math.min(limit, later.size());
        return afterMeanwhile(new JournalPage(
                later.subList(0, size),
                size < later.size(),
                journal.stream().anyMatch(event -> after.equals(event.id()))));
    }

    @Override
    public JournalPage readLast(JobId job, int limit) {
        answer(job);
        int from = Math.max(0, journal.size() - limit);
        return afterMeanwhile(new JournalPage(List.copyOf(journal.subList(from, journal.size())), false, false));
    }

    @Override
    public JournalPage readBefore(JobId job, EventId before, int limit) {
        answer(job);
        List<JobEvent> earlier = journal.stream()
                .filter(event -> before.isAfter(event.journaledId()))
                .toList();
        int from = Math.max(0, earlier.size() - limit);
        return afterMeanwhile(new JournalPage(earlier.subList(from, earlier.size()), from > 0, false));
    }

    private JournalPage afterMeanwhile(JournalPage answer) {
        Runnable happens = meanwhile;
        meanwhile = null;
        if (happens != null) {
            happens.run();
        }
        return answer;
    }

    private void answer(JobId job) {
        reads++;
        if (job.equals(outOfReach)) {
            throw new TransportUnavailableException("out of reach", null);
        }
        if (failure != null) {
            throw failure;
        }
    }

    public void isAway(boolean away) {
        failure = away ? new TransportUnavailableException("away", null) : null;
    }

    @Override
    public Subscription listen(JobId job, EventListener listener) {
        channel = listener;
        return () -> channel = null;
    }
}
