package dev.jobstream.bootstrap;

import dev.jobstream.application.EndReason;
import dev.jobstream.application.StreamMetrics;
import dev.jobstream.application.StreamRefusedException.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The streams' metrics in Micrometer. Every meter is looked up once, so that counting is an addition. */
final class MicrometerStreamMetrics implements StreamMetrics {

    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger feeds = new AtomicInteger();
    private final Counter[] refused;
    private final Counter[] refusedPublications;
    private final Counter[] refusedPages;
    private final Counter[] ended = new Counter[EndReason.values().length];
    private final Counter eventsSent;
    private final Counter beats;
    private final Counter heals;
    private final Counter breaks;
    private final Counter sweeps;
    private final Counter foundBySweeps;
    private final Counter relistened;

    MicrometerStreamMetrics(MeterRegistry registry) {
        Gauge.builder("jobstream.streams", streams, AtomicInteger::get)
                .description("Open streams")
                .register(registry);
        Gauge.builder("jobstream.feeds", feeds, AtomicInteger::get)
                .description("Jobs that are followed")
                .register(registry);
        refused = refused(registry, "jobstream.streams.refused", "Streams that were not opened");
        refusedPublications = refused(registry, "jobstream.publications.refused", "Publications that were not allowed");
        refusedPages = refused(registry, "jobstream.pages.refused", "Pages that were not allowed to be read");
        for (EndReason reason : EndReason.values()) {
            ended[reason.ordinal()] = Counter.builder("jobstream.streams.ended")
                    .description("Streams that have ended")
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        eventsSent = counter(registry, "jobstream.events.sent", "Events written to clients");
        beats = counter(registry, "jobstream.beats", "Signs of life written to idle clients");
        heals = counter(registry, "jobstream.heals", "Losses of the wire that the journal was asked to make up for");
        breaks = counter(registry, "jobstream.breaks", "Journals that did not go on where they had stood");
        sweeps = sweeps(registry, false);
        foundBySweeps = sweeps(registry, true);
        relistened = counter(registry, "jobstream.relistened", "Deaf subscriptions that were made anew");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Counter[] refused(MeterRegistry registry, String name, String description) {
        return Arrays.stream(Refusal.values())
                .map(refusal -> Counter.builder(name)
                        .description(description)
                        .tag("reason", refusal.name().toLowerCase(Locale.ROOT))
                        .register(registry))
                .toArray(Counter[]::new);
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
    public void streamRefused(Refusal refusal) {
        refused[refusal.ordinal()].increment();
    }

    @Override
    public void publicationRefused(Refusal refusal) {
        refusedPublications[refusal.ordinal()].increment();
    }

    @Override
    public void pageRefused(Refusal refusal) {
        refusedPages[refusal.ordinal()].increment();
    }

    @Override
    public void streamEnded(EndReason reason) {
        streams.decrementAndGet();
        ended[reason.ordinal()].increment();
    }

    @Override
    public void eventsSent(int events) {
        eventsSent.increment(events);
    }

    @Override
    public void beatSent() {
        beats.increment();
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
    public void relistened() {
        relistened.increment();
    }
}
