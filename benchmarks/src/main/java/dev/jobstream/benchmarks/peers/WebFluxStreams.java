package dev.jobstream.benchmarks.peers;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.data.redis.connection.ReactiveSubscription.Message;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.ReactiveRedisMessageListenerContainer;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** The streams of {@link WebFluxPeer}. */
@RestController
class WebFluxStreams {

    private static final Duration BEAT = Duration.ofSeconds(15);
    private static final int MOST_WAITING = 10_000;

    private final ReactiveRedisMessageListenerContainer container;
    private final Map<String, Flux<ServerSentEvent<String>>> jobs = new ConcurrentHashMap<>();

    WebFluxStreams(ReactiveRedisMessageListenerContainer container) {
        this.container = container;
    }

    @GetMapping(path = "/runner-jobs/{job}/events/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> stream(@PathVariable String job) {
        Flux<ServerSentEvent<String>> beats = Flux.interval(Duration.ZERO, BEAT)
                .onBackpressureDrop()
                .map(tick -> ServerSentEvent.<String>builder().comment("beat").build());
        // Buffered for each client, or the slowest would hold up the others.
        Flux<ServerSentEvent<String>> events =
                jobs.computeIfAbsent(job, this::events).onBackpressureBuffer(MOST_WAITING);
        return Flux.merge(beats, events);
    }

    private Flux<ServerSentEvent<String>> events(String job) {
        return container
                .receive(ChannelTopic.of(Envelope.channel(job)))
                .map(WebFluxStreams::event)
                .share();
    }

    private static ServerSentEvent<String> event(Message<String, String> message) {
        Envelope envelope = Envelope.parse(message.getMessage().getBytes(StandardCharsets.UTF_8));
        return ServerSentEvent.<String>builder()
                .id(envelope.id())
                .event(envelope.event())
                .data(envelope.data())
                .build();
    }
}
