package dev.jobstream.conformance;

import java.net.URI;
import java.util.List;

/** The stream as messages. */
final class WebSockets {

    private static final String MESSAGES =
            "Each event is one text message; control events are envelopes without an id; protocol pings are the heartbeat.";
    private static final String PROTOCOL =
            "It chooses the sub-protocol `jobstream.v1` where a client offers it; none is needed.";
    private static final int NORMAL = 1_000;

    private WebSockets() {}

    static Section section() {
        return new Section(
                "WebSocket",
                "WebSocket",
                List.of(
                        Check.of(
                                "sends an envelope a message, of the same id, type and data",
                                MESSAGES,
                                WebSockets::messages),
                        Check.of(
                                "closes with 1000 after the end",
                                "| 1000 | the job has ended and everything was delivered |",
                                probe -> {
                                    String job = probe.job();
                                    Socket socket = probe.socket(job, "");
                                    probe.publish(job, Event.COMPLETED);
                                    Expect.equal(
                                            "messages",
                                            1,
                                            socket.toClose(NORMAL).size());
                                }),
                        Check.of("resumes after an id", "takes the same token and parameters", WebSockets::resumes),
                        Check.of("filters", "takes the same token and parameters", WebSockets::filters),
                        Check.of(
                                "tells the position in a first message",
                                "Where a position is to be told the first message is `stream.position`.",
                                WebSockets::position),
                        Check.of("chooses the sub-protocol that is offered", PROTOCOL, probe -> {
                            Socket socket = probe.socket(probe.job(), "", "jobstream.v1");
                            Expect.equal(
                                    "sub-protocol",
                                    "jobstream.v1",
                                    socket.socket().getSubprotocol());
                        }),
                        Check.waiting("sends pings to who is idle", MESSAGES, WebSockets::pings),
                        Check.of(
                                "ignores what the client sends",
                                "The server reads and ignores what the client sends, of any size.",
                                WebSockets::ignores),
                        Check.of(
                                "answers a plain request with a refusal",
                                "A request is refused before the first byte",
                                probe -> {
                                    probe.socket(probe.job(), "").close();
                                    URI uri = probe.server().other(probe.job(), "/ws");
                                    Answer answer = probe.get(uri);
                                    Expect.that(answer.status() / 100 == 4, "a status from 400 on", answer.status());
                                }),
                        Check.of("writes the example job as docs/wire has it", MESSAGES, Example::asMessages)));
    }

    private static void messages(Probe probe) {
        String job = probe.job();
        Socket socket = probe.socket(job, "");
        probe.publish(job, Event.job(Event.output("é🚀\n"), new Event("x.y", "{ \"n\" : 1.10 }")));
        List<Json> messages = socket.toClose(NORMAL);
        Ndjson.same(probe.watch(job, "").toEnd(), messages);
    }

    private static void resumes(Probe probe) {
        String job = probe.job();
        probe.socket(job, "").close();
        probe.publish(job, Event.job(Event.outputs(0, 4).toArray(Event[]::new)));
        List<Block> all = probe.watch(job, "").toEnd();
        Ndjson.same(
                all.subList(2, all.size()),
                probe.socket(job, "lastEventId=" + all.get(1).id()).toClose(NORMAL));
    }

    private static void filters(Probe probe) {
        String job = probe.job();
        probe.socket(job, "").close();
        probe.publish(job, Event.output("before"));
        Socket socket = probe.socket(job, "events=gate.*");
        Ndjson.positionOf(socket.envelope());
        probe.publish(job, Event.job(Event.output("dropped"), new Event("gate.passed", "{\"n\":1}")));
        List<Json> messages = socket.toClose(NORMAL);
        Expect.equal(
                "events",
                List.of("gate.passed", "job.completed"),
                messages.stream()
                        .map(message -> String.valueOf(message.stringOf("event")))
                        .toList());
    }

    private static void position(Probe probe) {
        String job = probe.job();
        probe.socket(job, "").close();
        probe.publish(job, Event.output("before"));
        String id = probe.watch(job, "").event("the event").id();
        Expect.equal(
                "data.id", id, Ndjson.positionOf(probe.socket(job, "from=now").envelope()));
    }

    private static void pings(Probe probe) {
        Socket socket = probe.socket(probe.job(), "");
        for (int n = 0; n < 2; n++) {
            Socket.Signal signal = socket.next(probe.options().heartbeat());
            Expect.equal("a heartbeat of kind", "ping", signal == null ? null : signal.kind());
        }
    }

    private static void ignores(Probe probe) {
        String job = probe.job();
        Socket socket = probe.socket(job, "");
        socket.socket()
                .sendText("{\"event\":\"step.output\",\"data\":{}}", true)
                .join();
        socket.socket().sendText("x".repeat(100_000), true).join();
        Event event = Event.output("still there");
        probe.publish(job, event, Event.COMPLETED);
        Expect.equal("messages", 2, socket.toClose(NORMAL).size());
    }
}
