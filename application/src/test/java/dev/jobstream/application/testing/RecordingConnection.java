package dev.jobstream.application.testing;

import dev.jobstream.application.ClientConnection;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.feed.EventBatch;
import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that writes down what it gets, one word each: an id, {@code live}, {@code gap}, {@code heartbeat}, its end. */
public final class RecordingConnection implements ClientConnection {

    public final List<String> got = new ArrayList<>();
    public int writes;
    public boolean broken;
    private Runnable meanwhile = () -> {};
    /** Whether it learns without a write that its client has gone. */
    public boolean learnsOfLeaving = true;
    /** Whether what is written stays pending. */
    public boolean slow;

    @Override
    public boolean send(EventBatch batch) throws IOException {
        failIfBroken();
        writes++;
        meanwhile.run();
        batch.forEach(new EventBatch.Visitor() {
            @Override
            public void event(JobEvent event) {
                got.add(event.isLiveOnly() ? "live" : event.journaledId().toString());
            }

            @Override
            public void gap(EventId after, @Nullable EventId resumesAt) {
                got.add("gap " + after + " " + resumesAt);
            }
        });
        return !slow;
    }

    @Override
    public boolean position(EventId id) throws IOException {
        failIfBroken();
        got.add("at " + id);
        return !slow;
    }

    @Override
    public boolean learnsOfLeaving() {
        return learnsOfLeaving;
    }

    @Override
    public boolean heartbeat() throws IOException {
        failIfBroken();
        got.add("heartbeat");
        return !slow;
    }

    /** What happens during each write. */
    public void writeTakes(Runnable happens) {
        meanwhile = happens;
    }

    private void failIfBroken() throws IOException {
        if (broken) {
            throw new IOException("gone");
        }
    }

    @Override
    public void close(EndReason reason) {
        got.add(reason.name());
    }

    /** What came since the last call. */
    public List<String> take() {
        List<String> taken = List.copyOf(got);
        got.clear();
        return taken;
    }
}
