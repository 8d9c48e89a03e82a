package dev.jobstream.bootstrap.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.adapters.redis.TransportProblems.Where;
import dev.jobstream.application.EndReason;
import dev.jobstream.application.StreamRefusedException.Refusal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MicrometerStreamMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerStreamMetrics metrics = new MicrometerStreamMetrics(registry);

    @Test
    void whatComesAndGoesIsAGauge() {
        metrics.streamOpened();
        metrics.streamOpened();
        metrics.streamEnded(EndReason.FINISHED);
        metrics.feedOpened();
        metrics.feedOpened();
        metrics.feedClosed();

        assertThat(registry.get("jobstream.streams").gauge().value()).isEqualTo(1);
        assertThat(registry.get("jobstream.feeds").gauge().value()).isEqualTo(1);
        assertThat(count("jobstream.streams.ended", "reason", "finished")).isEqualTo(1);
    }

    @Test
    void everyReasonIsThereFromTheStart() {
        for (EndReason reason : EndReason.values()) {
            assertThat(count("jobstream.streams.ended", "reason", reason.name().toLowerCase()))
                    .isZero();
        }
        for (Refusal refusal : Refusal.values()) {
            metrics.streamRefused(refusal);
            metrics.publicationRefused(refusal);
            metrics.publicationRefused(refusal);
            metrics.pageRefused(refusal);
            metrics.pageRefused(refusal);
            metrics.pageRefused(refusal);
            String reason = refusal.name().toLowerCase();
            assertThat(count("jobstream.streams.refused", "reason", reason)).isEqualTo(1);
            assertThat(count("jobstream.publications.refused", "reason", reason))
                    .isEqualTo(2);
            assertThat(count("jobstream.pages.refused", "reason", reason)).isEqualTo(3);
        }
    }

    @Test
    void theRestIsCounted() {
        metrics.eventsSent(7);
        metrics.eventsSent(3);
        metrics.heartbeatSent();
        metrics.healed();
        metrics.journalBroken();
        metrics.journalBroken();
        metrics.swept(true);
        metrics.swept(false);
        metrics.swept(false);
        metrics.resubscribed();
        new MicrometerTransportProblems(registry).skipped(Where.JOURNAL);

        assertThat(count("jobstream.events.sent")).isEqualTo(10);
        assertThat(count("jobstream.heartbeats")).isEqualTo(1);
        assertThat(count("jobstream.heals")).isEqualTo(1);
        assertThat(count("jobstream.breaks")).isEqualTo(2);
        assertThat(count("jobstream.sweeps", "found", "true")).isEqualTo(1);
        assertThat(count("jobstream.sweeps", "found", "false")).isEqualTo(2);
        assertThat(count("jobstream.resubscribed")).isEqualTo(1);
        assertThat(count("jobstream.skipped", "where", "journal")).isEqualTo(1);
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }
}
