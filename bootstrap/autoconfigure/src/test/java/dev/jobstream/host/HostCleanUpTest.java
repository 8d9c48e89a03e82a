package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.application.JobEventStreams;
import dev.jobstream.tools.Audience;
import dev.jobstream.tools.Audience.Footprint;
import dev.jobstream.tools.ValkeyServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is left in a host on Tomcat of clients that were cut off: nothing. */
@ExtendWith(OutputCaptureExtension.class)
class HostCleanUpTest {

    private static final Duration THREE_BEATS = Duration.ofSeconds(3);

    @Test
    void nothingIsLeftOfClientsThatLeaveWithoutAWord(CapturedOutput output) throws Exception {
        try (ValkeyServer valkey = ValkeyServer.startPrivate();
                RunningHost host = RunningHost.start(
                        Monolith.class,
                        "jobstream.transport=valkey",
                        "jobstream.linger=0s",
                        "spring.data.redis.host=" + valkey.host(),
                        "spring.data.redis.port=" + valkey.port())) {
            String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
            JobEventStreams streams = host.bean(JobEventStreams.class);
            Audience audience = new Audience(
                    host.port(), Monolith.USER + "-", session, streams::openStreams, streams::followedJobs);
            // Once for the pools to fill.
            audience.comeAndGo();
            audience.awaitGone(valkey, THREE_BEATS.multipliedBy(5));
            Footprint before = Footprint.now();

            audience.comeAndGo();
            audience.awaitGone(valkey, THREE_BEATS);
            before.awaitNoMore();
        }
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }
}
