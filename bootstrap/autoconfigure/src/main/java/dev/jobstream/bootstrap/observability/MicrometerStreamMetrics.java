package dev.jobstream.bootstrap.observability;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRefusedException.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The streams' metrics in Micrometer. Every meter is looked up once, so that counting is an addition. */
final class MicrometerStreamMetrics implements StreamMetrics {

    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger publicationStreams = new AtomicInteger();
    private final AtomicInteger feeds = new AtomicInteger();
    private final Map<Refusal, Counter> refused;
    private final Map<Refusal, Counter> refusedPublications;
    private final Map<Refusal, Counter> refusedPages;
    private final Map<EndReason, Counter> ended;
    private final Counter eventsSent;
    private final Counter heartbeats;
    private final Counter heals;
    private final Counter breaks;
    private final Counter sweeps;
    private final Counter foundBySweeps;
    private final Counter resubscribed;

    MicrometerStreamMetrics(MeterRegistry registry) {
        Gauge.builder("jobstream.streams", streams, AtomicInteger::get)
                .description("Open streams")
                .register(registry);
        Gauge.builder("jobstream.publication.streams", publicationStreams, AtomicInteger::get)
                .description("Open publishers' streams")
                .register(registry);
        Gauge.builder("jobstream.feeds", feeds, AtomicInteger::get)
                .description("Jobs that are followed")
                .register(registry);
        refused = byReason(registry, Refusal.class, "jobstream.streams.refused", "Streams that were not opened");
        refusedPublications = byReason(
                registry, Refusal.class, "jobstream.publications.refused", "Publications that were not allowed");
        refusedPages =
                byReason(registry, Refusal.class, "jobstream.pages.refused", "Pages that were not allowed to be read");
        ended = byReason(registry, EndReason.class, "jobstream.streams.ended", "Streams that have ended");
        eventsSent = counter(registry, "jobstream.events.sent", "Events written to clients");
        heartbeats = counter(registry, "jobstream.heartbeats", "Heartbeats written to idle clients");
        heals = counter(registry, "jobstream.heals", "Lost messages that the journal made up for");
        breaks = counter(registry, "jobstream.breaks", "Journals that did not go on where they had stood");
        sweeps = sweeps(registry, false);
        foundBySweeps = sweeps(registry, true);
        resubscribed = counter(registry, "jobstream.resubscribed", "Dead subscriptions that were replaced");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static <R extends Enum<R>> Map<R, Counter> byReason(
            MeterRegistry registry, Class<R> reasons, String name, String description) {
        Map<R, Counter> counters = new EnumMap<>(reasons);
        for (R reason : reasons.getEnumConstants()) {
            Counter counter = Counter.builder(name)
                    .description(description)
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
            counters.put(reason, counter);
        }
        return counters;
    }

    private static void count(@Nullable Counter counter) {
        if (counter != null) { // There is one for each reason.
            counter.increment();
        }
    }

    private static Counter sweeps(MeterRegistry registry, boolean found) {
        return Counter.builder("jobstream.sweeps")
                .description("Reads of the journals of silent jobs")
                .tag("found", Boolean.toString(found))
                .register(registry);
    }

    @Override
    public void streamOpened() {
        streams.incrementAndGet();
    }

    @Override
    public void publicationStreamOpened() {
        publicationStreams.incrementAndGet();
    }

    @Override
    public void publicationStreamEnded() {
        publicationStreams.decrementAndGet();
    }

    @Override
    public void streamRefused(Refusal refusal) {
        count(refused.get(refusal));
    }

    @Override
    public void publicationRefused(Refusal refusal) {
        count(refusedPublications.get(refusal));
    }

    @Override
    public void pageRefused(Refusal refusal) {
        count(refusedPages.get(refusal));
    }

    @Override
    public void streamEnded(EndReason reason) {
        streams.decrementAndGet();
        count(ended.get(reason));
    }

    @Override
    public void eventsSent(int events) {
        eventsSent.increment(events);
    }

    @Override
    public void heartbeatSent() {
        heartbeats.increment();
    }

    @Override
    public void feedOpened() {
        feeds.incrementAndGet();
    }

    @Override
    public void feedClosed() {
        feeds.decrementAndGet();
    }

    @Override
    public void healed() {
        heals.increment();
    }

    @Override
    public void journalBroken() {
        breaks.increment();
    }

    @Override
    public void swept(boolean found) {
        (found ? foundBySweeps : sweeps).increment();
    }

    @Override
    public void resubscribed() {
        resubscribed.increment();
    }
}
