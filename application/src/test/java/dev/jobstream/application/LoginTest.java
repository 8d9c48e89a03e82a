package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.feed.StreamClock;
import dev.jobstream.application.memory.InMemoryTransport;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.JournalLimits;
import java.security.Principal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams that were opened in a login. */
class LoginTest {

    private final List<EndReason> ends = new ArrayList<>();
    private final JobEventStreams streams = new JobEventStreams(
            new InMemoryTransport(JournalLimits.DEFAULT, InMemoryTransport.DEFAULT_MAX_BYTES, InstantSource.system()),
            new Everybody(),
            new StreamMetrics() {
                @Override
                public void streamEnded(EndReason reason) {
                    ends.add(reason);
                }
            },
            StreamSettings.DEFAULT,
            Runnable::run,
            StreamClock.system());

    private record Everybody() implements StreamAccess {
        @Override
        public AccessDecision toWatch(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }

        @Override
        public AccessDecision toPublish(Principal principal, JobId job) {
            return AccessDecision.allowed();
        }
    }

    private void open(Login login) {
        streams.open(new StreamRequest(new JobId("j"), StreamStart.beginning(), null).in(login));
    }

    @Test
    void endWithItAndOthersDoNot() {
        Login one = new Login();
        Login other = new Login();
        open(one);
        open(other);
        open(null);
        streams.end(List.of(one));
        assertThat(ends).containsExactly(EndReason.REVOKED);
        assertThat(streams.openStreams()).isEqualTo(2);
    }

    @Test
    void endAtOnceIfItIsOverBeforeTheyAreOpen() {
        Login login = new Login();
        streams.end(List.of(login));
        open(login);
        assertThat(ends).containsExactly(EndReason.REVOKED);
        assertThat(streams.openStreams()).isZero();
    }
}
