package dev.jobstream.conformance;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What one check does to the server, on jobs of its own. Closes at its end whatever was opened. */
final class Probe implements AutoCloseable {

    static final String SSE = "text/event-stream";
    static final String NDJSON = "application/x-ndjson";
    static final String TEXT = "text/plain";
    static final String JSON = "application/json";

    private static final int MOST_IN_A_REQUEST = 1_000;
    private static final int EASIER = 4;

    private final Server server;
    private final Supplier<String> jobs;
    private final List<AutoCloseable> opened = Collections.synchronizedList(new ArrayList<>());

    /** @param jobs new names */
    Probe(Server server, Supplier<String> jobs) {
        this.server = server;
        this.jobs = jobs;
    }

    Server server() {
        return server;
    }

    Options options() {
        return server.options();
    }

    /** So many events, or fewer where each takes a request of its own. */
    int many(int events) {
        return options().publishAs() == Options.PublishAs.BATCH ? events : events / EASIER;
    }

    /** A job that nobody has heard of. */
    String job() {
        return jobs.get();
    }

    Answer send(HttpRequest.Builder request) {
        Answer answer = server.send(request.build());
        opened.add(answer);
        return answer;
    }

    /** Asks for a stream, whatever comes of it. The query is without its question mark; headers are {@code name: value}. */
    Answer get(String job, String query, String... headers) {
        return get(server.stream(job, query), headers);
    }

    Answer get(URI uri, String... headers) {
        return send(with(server.request(uri), headers));
    }

    static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        for (String header : headers) {
            int colon = header.indexOf(':');
            request.header(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        return request;
    }

    /** An event stream that has been opened. */
    SseStream watch(String job, String query, String... headers) {
        return new SseStream(opened(job, query, SSE, headers));
    }

    Lines lines(String job, String query, String... headers) {
        return new Lines(opened(job, query, NDJSON, headers));
    }

    /** A stream in this format. Who does not have it is not asked about it. */
    Answer opened(String job, String query, String accept, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Accept: " + accept);
        Answer answer = get(job, query, all.toArray(String[]::new));
        if (answer.status() == 406 && !accept.equals(SSE)) {
            throw new Skipped("not offered: " + accept);
        }
        Expect.equal("status", 200, answer.status());
        String type = answer.header("Content-Type");
        Expect.that(
                type != null && Expect.mediaType(type).equals(accept),
                "Content-Type " + accept + " as asked for",
                type);
        return answer;
    }

    /** A WebSocket, of a job that it may be had for. */
    Socket socket(String job, String query, String... protocols) {
        Socket socket = new Socket(server.patience());
        WebSocket.Builder builder = server.client().newWebSocketBuilder().connectTimeout(server.patience());
        String token = options().token();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        if (protocols.length == 1) {
            builder.subprotocols(protocols[0]);
        }
        try {
            socket.opened(builder.buildAsync(server.socket(job, query), socket)
                    .get(server.patience().toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                int status = refused.getResponse().statusCode();
                if (Server.isNotThere(status)) {
                    throw new Skipped("no WebSocket: " + status);
                }
                throw new Failure("an upgrade to a WebSocket", "status " + status);
            }
            throw new Failure("an upgrade to a WebSocket", Expect.show(String.valueOf(e.getCause())));
        } catch (TimeoutException e) {
            throw new Failure(
                    "an upgrade to a WebSocket",
                    "nothing within " + server.patience().toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Skipped("the run was stopped");
        }
        opened.add(socket);
        return socket;
    }

    /** Publishes; returns the ids, as far as the server tells them. */
    List<String> publish(String job, Event... events) {
        return publish(job, List.of(events));
    }

    List<String> publish(String job, List<Event> events) {
        return switch (options().publishAs()) {
            case BATCH -> {
                List<String> ids = new ArrayList<>();
                for (int from = 0; from < events.size(); from += MOST_IN_A_REQUEST) {
                    List<Event> some = events.subList(from, Math.min(events.size(), from + MOST_IN_A_REQUEST));
                    String envelopes =
                            String.join(",", some.stream().map(Event::envelope).toList());
                    ids.addAll(ids(post(job, JSON, some.size() == 1 ? envelopes : "[" + envelopes + "]")));
                }
                yield ids;
            }
            case SINGLE -> {
                List<String> ids = new ArrayList<>();
                events.forEach(event -> ids.addAll(ids(post(job, JSON, event.envelope()))));
                yield ids;
            }
            case DATA -> {
                for (Event event : events) {
                    accepted(post(job, JSON, event.data(), "X-EventSource-Event: " + event.type()));
                }
                yield List.of();
            }
        };
    }

    /** Publishes this body, whatever comes of it. */
    Answer post(String job, String contentType, String body, String... headers) {
        if (!options().publishes()) {
            throw new Skipped("--no-publish");
        }
        return send(with(server.publication(server.events(job), contentType, body), headers));
    }

    private List<String> ids(Answer answer) {
        String text = accepted(answer);
        if (answer.status() != 201 || !text.startsWith("{")) {
            return List.of();
        }
        Json ids = Json.parse(text).member("ids");
        return ids == null ? List.of() : strings(ids);
    }

    static List<String> strings(Json array) {
        List<String> strings = new ArrayList<>();
        for (Json element : array.elements()) {
            String string = element.string();
            strings.add(string == null ? element.text() : string);
        }
        return strings;
    }

    /** How a publication is answered is a section of its own; here it must only have been taken. */
    private static String accepted(Answer answer) {
        if (Server.isNotThere(answer.status())) {
            throw new Skipped("no publishing: " + answer.status());
        }
        Expect.that(answer.status() / 100 == 2, "a publication to be taken", "status " + answer.status());
        return answer.text();
    }

    @Override
    public void close() {
        synchronized (opened) {
            for (AutoCloseable each : opened) {
                try {
                    each.close();
                } catch (Exception e) {
                    // What a check has left open is the server's to notice.
                }
            }
        }
    }
}
