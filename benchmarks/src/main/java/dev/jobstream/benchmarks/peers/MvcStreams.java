package dev.jobstream.benchmarks.peers;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.data.redis.connection.Message;
import org.springframework.data.redis.connection.MessageListener;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.http.MediaType;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The streams of {@link MvcPeer}. */
@RestController
class MvcStreams {

    private static final long BEAT_MILLIS = 15_000;

    private final RedisMessageListenerContainer container;
    private final Executor executor;
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();

    MvcStreams(RedisMessageListenerContainer container, @Qualifier("applicationTaskExecutor") Executor executor) {
        this.container = container;
        this.executor = executor;
    }

    @GetMapping(path = "/runner-jobs/{job}/events/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream(@PathVariable String job) throws IOException {
        SseEmitter emitter = new SseEmitter(0L);
        Client client = new Client(emitter);
        emitter.onCompletion(() -> leave(client));
        emitter.onTimeout(() -> leave(client));
        emitter.onError(failure -> leave(client));
        clients.add(client);
        // One at a time: concurrent changes lose subscriptions.
        synchronized (container) {
            container.addMessageListener(client, ChannelTopic.of(Envelope.channel(job)));
        }
        emitter.send(SseEmitter.event().comment("open"));
        return emitter;
    }

    private void leave(Client client) {
        if (clients.remove(client)) {
            executor.execute(() -> {
                synchronized (container) {
                    container.removeMessageListener(client);
                }
            });
        }
    }

    @Scheduled(fixedDelay = BEAT_MILLIS)
    void beat() {
        for (Client client : clients) {
            client.send(() -> SseEmitter.event().comment("beat"));
        }
    }

    /** Sends in order, on a thread that may wait for the client: the wire's must not. */
    private final class Client implements MessageListener {

        private final SseEmitter emitter;
        private final InOrder inOrder = new InOrder(executor);

        Client(SseEmitter emitter) {
            this.emitter = emitter;
        }

        @Override
        public void onMessage(Message message, byte @Nullable [] pattern) {
            send(() -> {
                Envelope envelope = Envelope.parse(message.getBody());
                return SseEmitter.event()
                        .id(envelope.id())
                        .name(envelope.event())
                        .data(envelope.data());
            });
        }

        void send(Supplier<SseEmitter.SseEventBuilder> event) {
            boolean taken = inOrder.execute(() -> {
                try {
                    emitter.send(event.get());
                } catch (IOException | IllegalStateException e) {
                    leave(this);
                    emitter.complete();
                }
            });
            if (!taken) {
                leave(this);
            }
        }
    }
}
