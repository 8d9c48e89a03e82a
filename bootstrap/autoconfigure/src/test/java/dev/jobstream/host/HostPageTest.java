package dev.jobstream.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.EventId;
import dev.jobstream.tools.Browser;
import dev.jobstream.tools.PageBrowser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host's streams in a browser that is logged in: on the page that comes along, and in an {@code EventSource}. */
@Timeout(120)
class HostPageTest {

    private static final String STATE = "document.querySelector('#connection').dataset.state";

    private static RunningHost host;
    private static PageBrowser browser;

    @BeforeAll
    static void start() throws Exception {
        Path program = Browser.program().orElse(null);
        Assumptions.assumeTrue(program != null);
        host = RunningHost.start(
                Monolith.class,
                "jobstream.transport=memory",
                "jobstream.page.enabled=true",
                "server.servlet.context-path=/tools");
        browser = new PageBrowser(program);
        String session = host.logIn(Monolith.USER, Monolith.PASSWORD);
        browser.send(
                "Network.setCookie",
                Map.of(
                        "name",
                        session.substring(session.indexOf(' ') + 1, session.indexOf('=')),
                        "value",
                        session.substring(session.indexOf('=') + 1),
                        "url",
                        address("/"),
                        "path",
                        "/tools",
                        "httpOnly",
                        true));
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
            host.close();
        }
    }

    @AfterEach
    void nothingWentWrongOnThePage() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static String address(String path) {
        return "http://localhost:" + host.port() + "/tools" + path;
    }

    private static void output(String job, String text) {
        host.publish(job, "step.output", "{\"stepId\":\"build\",\"chunk\":\"" + text + "\\n\"}");
    }

    @Test
    void thePageReadsJobsWithTheSession() {
        host.publish("alice-page", "job.started", "{}");
        output("alice-page", "from the journal");
        browser.open(address("/watch#job=alice-page"));
        browser.await(STATE + " === 'live'");
        browser.await("document.querySelector('#log').textContent.includes('from the journal')");

        output("alice-page", "and live");
        browser.await("document.querySelector('#log').textContent.includes('and live')");
        host.publish("alice-page", "job.completed", "{}");
        browser.await("document.querySelector('#job-state').textContent === 'Completed'");

        browser.open(address("/watch#job=bob-page"));
        browser.await(STATE + " === 'refused'");
    }

    @Test
    void anEventSourceFollowsAJobWithTheSessionAndEndsWithIt() {
        EventId first = host.publish("alice-source", "step.started", "{}");
        browser.open(address("/public/about"));
        browser.evaluate("""
                window.seen = [];
                window.source = new EventSource('/tools/runner-jobs/alice-source/events/stream');
                for (const type of ['step.started', 'step.completed', 'job.completed']) {
                  source.addEventListener(type, event => seen.push(event.lastEventId + ' ' + type + ' ' + event.data));
                }
                true""");
        browser.await("seen.length === 1");
        EventId second = host.publish("alice-source", "step.completed", "{ \"a\":1.0}");
        browser.await("seen.length === 2");
        EventId last = host.publish("alice-source", "job.completed", "{}");
        browser.await("source.readyState === EventSource.CLOSED"); // It came back with its last id, and got 204.
        assertThat(browser.evaluate("seen.join('\\n')").asString())
                .isEqualTo(first + " step.started {}\n" + second + " step.completed { \"a\":1.0}\n" + last
                        + " job.completed {}");

        browser.evaluate("""
                window.other = new EventSource('/tools/runner-jobs/bob-source/events/stream');
                true""");
        browser.await("other.readyState === EventSource.CLOSED");
    }
}
