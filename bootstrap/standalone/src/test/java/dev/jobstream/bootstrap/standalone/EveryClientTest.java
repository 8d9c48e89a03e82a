package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.Browser;
import dev.jobstream.tools.Nginx;
import dev.jobstream.tools.NotTested;
import dev.jobstream.tools.Proxy;
import dev.jobstream.tools.ValkeyServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One job of awkward events, half of it in the journal and half of it live, watched by one client of each kind at once. Each
 * is cut off twice and comes back in its own way. All are told of the same events, byte for byte.
 */
class EveryClientTest {

    private static final int EVENTS = 2_000;
    private static final int AT_ONCE = 50;

    private final JobId job = new JobId("job-" + UUID.randomUUID());
    private final List<NewEvent> events = AwkwardEvents.job(EVENTS);
    private final List<Told> published = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
    private final Map<String, MidwayCuts> cuts = new LinkedHashMap<>();

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    private void publish(RunningServer server, int from, int to) {
        for (int at = from; at < to; at += AT_ONCE) {
            List<NewEvent> some = events.subList(at, Math.min(to, at + AT_ONCE));
            List<EventId> ids = server.publisher().publish(job, some);
            for (int i = 0; i < some.size(); i++) {
                NewEvent event = some.get(i);
                published.add(new Told(
                        ids.get(i).toString(), event.type().name(), event.data().toString()));
            }
        }
    }

    /** A way to a port that is cut in the midst of what this client is told. */
    private int cutting(String client, int port) throws Exception {
        MidwayCuts own = new MidwayCuts();
        cuts.put(client, own);
        return opened(new Proxy(port, own)).port();
    }

    private Map<String, Future<List<Told>>> startBrowser(RunningServer server) throws Exception {
        Map<String, Future<List<Told>>> watching = new LinkedHashMap<>();
        Optional<Path> browser = Browser.program();
        Optional<Path> nginx = Nginx.binary();
        if (browser.isPresent() && nginx.isPresent()) {
            BrowserPages pages = opened(new BrowserPages(nginx.get(), server.port()));
            Map<String, String> names = Map.of("EventSource", "Chromium EventSource", "fetch", "Chromium fetch");
            for (Map.Entry<String, String> name : names.entrySet()) {
                String by = name.getKey();
                pages.add(by, cutting(name.getValue(), pages.port()), job.value(), EveryClient.types());
                watching.put(
                        name.getValue(),
                        threads.submit(() -> pages.told(by, by.equals("fetch") ? Told::envelope : Told::array)));
            }
            opened(pages.open(browser.get()));
        } else if (browser.isPresent()) {
            NotTested.say("a browser's clients, for lack of an nginx that has the page and its session");
        }
        return watching;
    }

    @Test
    void eachIsToldTheSame() throws Exception {
        RunningServer server = opened(RunningServer.startOn(
                ValkeyServer.shared(), "jobstream.heartbeat=" + EveryClient.HEARTBEAT.toSeconds() + "s"));
        publish(server, 0, EVENTS / 2);
        Map<String, Future<List<Told>>> watching = new LinkedHashMap<>();
        for (Map.Entry<String, EveryClient.Follower> client : EveryClient.all().entrySet()) {
            int port = cutting(client.getKey(), server.port());
            watching.put(client.getKey(), threads.submit(() -> client.getValue().follow(port, job.value())));
        }
        watching.putAll(startBrowser(server));
        Future<byte[]> text = threads.submit(() -> EveryClient.text(server.port(), job.value()));
        Awaitility.await()
                .atMost(RunningServer.PATIENCE)
                .until(() -> cuts.values().stream().allMatch(MidwayCuts::isBack));

        publish(server, EVENTS / 2, EVENTS);

        for (Map.Entry<String, Future<List<Told>>> each : watching.entrySet()) {
            List<Told> told = each.getValue().get(RunningServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Told.assertSame(each.getKey(), told, published);
            assertThat(cuts.get(each.getKey()).done())
                    .as("cuts of %s", each.getKey())
                    .isEqualTo(MidwayCuts.ALL);
        }
        assertThat(text.get(RunningServer.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(AwkwardEvents.output(events));
    }
}
