package dev.jobstream.conformance;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

/** Tickets, for those who cannot send a token. */
final class Tickets {

    private static final String ONE = "gets one stream of this job, by HTTP or WebSocket, on any node";

    private Tickets() {}

    static Section section() {
        return new Section(
                "Tickets",
                "Tickets",
                List.of(
                        Check.of(
                                "sells a ticket for a token",
                                "with the token answers 201 and `{\"ticket\":\"…\",\"expiresIn\":30}`",
                                probe -> ticket(probe, probe.job())),
                        Check.of("lets in who has a ticket and no token", ONE, Tickets::opens),
                        Check.of("takes a ticket once", "After that, or for another job, the answer is 401.", probe -> {
                            String job = probe.job();
                            String ticket = ticket(probe, job);
                            Expect.equal("status", 200, come(probe, job, ticket).status());
                            Expect.problem(come(probe, job, ticket), 401);
                        }),
                        Check.of(
                                "takes a ticket for its own job alone",
                                "After that, or for another job, the answer is 401.",
                                probe -> Expect.problem(come(probe, probe.job(), ticket(probe, probe.job())), 401)),
                        Check.of("sells none to who has no token", "none or a bad one: 401", probe -> {
                            ticket(probe, probe.job());
                            URI uri = probe.server().other(probe.job(), "/ticket");
                            Expect.problem(
                                    probe.send(probe.server().anonymous(uri).POST(BodyPublishers.noBody())), 401);
                        })));
    }

    private static String ticket(Probe probe, String job) {
        if (probe.options().token() == null) {
            throw new Skipped("no token to buy one with");
        }
        URI uri = probe.server().other(job, "/ticket");
        Answer answer = probe.send(probe.server().request(uri).POST(BodyPublishers.noBody()));
        if (Server.isNotThere(answer.status())) {
            throw new Skipped("not offered: " + answer.status());
        }
        Expect.equal("status", 201, answer.status());
        Json sold = answer.json();
        String ticket = sold.stringOf("ticket");
        if (ticket == null || ticket.isEmpty()) {
            throw new Failure("a member ticket", Expect.show(sold.text()));
        }
        Json expires = sold.member("expiresIn");
        Expect.that(expires != null && expires.text().matches("[1-9][0-9]*"), "expiresIn, in seconds", sold.text());
        return ticket;
    }

    private static Answer come(Probe probe, String job, String ticket) {
        URI uri = probe.server().stream(job, "ticket=" + ticket);
        return probe.send(probe.server().anonymous(uri).header("Accept", Probe.SSE));
    }

    private static void opens(Probe probe) {
        String job = probe.job();
        Event event = Event.output("for a ticket");
        Answer answer = come(probe, job, ticket(probe, job));
        Expect.equal("status", 200, answer.status());
        SseStream stream = new SseStream(answer);
        probe.publish(job, event);
        Expect.equal("data", event.data(), stream.event("the event").body());
    }
}
