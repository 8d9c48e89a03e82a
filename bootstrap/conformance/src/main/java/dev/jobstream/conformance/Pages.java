package dev.jobstream.conformance;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Events without a stream. */
final class Pages {

    private static final String RULE = "answers with a JSON array of envelopes, 100 by default";
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");
    private static final int EVENTS = 250;

    private Pages() {}

    static Section section() {
        return new Section(
                "A page at a time",
                "A page at a time",
                List.of(
                        Check.of("is an array of the envelopes that a stream has", RULE, Pages::envelopes),
                        Check.of(
                                "leads to the next page while there is more",
                                "and `Link: <…>; rel=\"next\"` while there is more",
                                Pages::links),
                        Check.of("keeps to the limit, and begins after an id", "limit=<1…1000>", Pages::limit),
                        Check.of("refuses another limit", "limit=<1…1000>", probe -> {
                            page(probe, probe.job(), "");
                            for (String limit : List.of("0", "1001", "ten")) {
                                Expect.problem(get(probe, probe.job(), "?limit=" + limit), 400);
                            }
                        }),
                        Check.of("refuses a malformed id", "events?after=<id>&limit=<1…1000>", probe -> {
                            page(probe, probe.job(), "");
                            Expect.problem(get(probe, probe.job(), "?after=%3Cscript%3E"), 400);
                        })));
    }

    private static Answer get(Probe probe, String job, String query) {
        return probe.get(probe.server().other(job, query), "Accept: " + Probe.JSON);
    }

    /** A page that there must be, if there are pages at all. */
    static Answer page(Probe probe, String job, String query) {
        Answer answer = get(probe, job, query);
        if (Server.isNotThere(answer.status())) {
            throw new Skipped("not offered: " + answer.status());
        }
        Expect.equal("status", 200, answer.status());
        return answer;
    }

    private static void envelopes(Probe probe) {
        String job = probe.job();
        Expect.equal(
                "page of a job without events",
                "[]",
                page(probe, job, "").text().strip());
        probe.publish(job, Event.job(Event.output("é🚀"), new Event("x.y", "{ \"n\" : 1.10 }")));
        Answer page = page(probe, job, "");
        String type = page.header("Content-Type");
        Expect.that(type != null && Expect.mediaType(type).equals(Probe.JSON), Probe.JSON, type);
        Ndjson.same(probe.watch(job, "").toEnd(), page.json().elements());
        Expect.equal("Link", null, next(page));
    }

    private static @Nullable String next(Answer page) {
        for (String link : page.headers().allValues("Link")) {
            Matcher matcher = NEXT.matcher(link);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        return null;
    }

    private static void links(Probe probe) {
        String job = probe.job();
        page(probe, job, "");
        List<Event> events = Event.outputs(0, EVENTS);
        probe.publish(job, events);
        List<String> seen = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        URI uri = probe.server().other(job, "");
        while (uri != null && sizes.size() <= EVENTS) {
            Answer page = probe.get(uri, "Accept: " + Probe.JSON);
            Expect.equal("status", 200, page.status());
            List<Json> envelopes = page.json().elements();
            sizes.add(envelopes.size());
            for (Json envelope : envelopes) {
                Json data = envelope.member("data");
                seen.add(data == null ? "" : data.text());
            }
            String next = next(page);
            uri = next == null ? null : uri.resolve(next.startsWith("?") ? uri.getPath() + next : next);
        }
        Expect.same("data", Resuming.data(events), seen);
        Expect.equal("sizes of pages", List.of(100, 100, 50), sizes);
    }

    private static void limit(Probe probe) {
        String job = probe.job();
        page(probe, job, "");
        probe.publish(job, Event.outputs(0, 10));
        List<Block> all = probe.watch(job, "").events(10);
        Ndjson.same(
                all.subList(3, 5),
                page(probe, job, "?limit=2&after=" + all.get(2).id()).json().elements());
        Ndjson.same(all, page(probe, job, "?limit=1000").json().elements());
    }
}
