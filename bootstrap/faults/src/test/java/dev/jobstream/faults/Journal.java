package dev.jobstream.faults;

import dev.jobstream.tools.Resp;
import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is true of a job: the ids of its events and the number that each of them carries. */
final class Journal {

    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final int PAGE = 5_000;

    private Journal() {}

    /** As it stands in Valkey. */
    static NavigableMap<Id, Integer> read(Resp valkey, String job) throws IOException {
        NavigableMap<Id, Integer> all = new TreeMap<>();
        String from = "-";
        while (true) {
            List<?> page =
                    (List<?>) valkey.call("XRANGE", Publisher.key(job), from, "+", "COUNT", String.valueOf(PAGE));
            for (Object entry : page) {
                String id = (String) ((List<?>) entry).get(0);
                List<?> fields = (List<?>) ((List<?>) entry).get(1);
                Matcher number = NUMBER.matcher((String) fields.get(fields.indexOf("data") + 1));
                all.put(Id.of(id), number.find() ? Integer.parseInt(number.group(1)) : -1);
                from = "(" + id;
            }
            if (page.size() < PAGE) {
                return all;
            }
        }
    }

    /** As the publisher was told. */
    static NavigableMap<Id, Integer> of(List<Publisher.Published> published) {
        NavigableMap<Id, Integer> all = new TreeMap<>();
        published.forEach(event -> all.put(event.id(), event.number()));
        return all;
    }
}
