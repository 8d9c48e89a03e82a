package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Audience;
import dev.jobstream.tools.Audience.Footprint;
import dev.jobstream.tools.ValkeyServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is left of clients that were cut off: nothing. */
@ExtendWith(OutputCaptureExtension.class)
class CleanUpTest {

    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final int BEATS = 3;

    @Test
    void nothingIsLeftOfClientsThatLeaveWithoutAWord(CapturedOutput output) throws Exception {
        try (ValkeyServer valkey = ValkeyServer.startPrivate();
                RunningServer server = RunningServer.startOn(
                        valkey, "jobstream.heartbeat=" + BEAT.toSeconds() + "s", "jobstream.linger=0s")) {
            Audience audience = new Audience(
                    server.port(),
                    "job-",
                    "Authorization: Bearer " + RunningServer.token(),
                    server.streams()::openStreams,
                    server.streams()::followedJobs);
            // Once for the pools to fill.
            audience.comeAndGo();
            audience.awaitGone(valkey, RunningServer.PATIENCE);
            Footprint before = Footprint.now();

            audience.comeAndGo();
            audience.awaitGone(valkey, BEAT.multipliedBy(BEATS));
            before.awaitNoMore();
        }
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }
}
