package dev.jobstream.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Publishes through a node, one event a request, and keeps what was answered. */
final class HttpPublisher implements AutoCloseable {

    /** When a request was sent, how long its answer took, and what it was; 0 for none. */
    record Answer(long begun, long nanos, int status) {}

    private static final Pattern ID = Pattern.compile("\"(\\d+-\\d+)\"");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(World.PATIENCE).build();
    private final URI uri;
    private final String token;
    private final long pauseNanos;
    private final List<Publisher.Published> published = new ArrayList<>();
    private final Map<Integer, Integer> answers = new ConcurrentSkipListMap<>();
    private final List<Answer> log = new ArrayList<>();
    private final Thread thread = new Thread(this::loop, "http-publisher");
    private volatile boolean stopping;
    private volatile long slowestRefusal;

    HttpPublisher(Node node, String job, String token, int perSecond) {
        this.uri = URI.create("http://127.0.0.1:" + node.port() + "/runner-jobs/" + job + "/events");
        this.token = token;
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        thread.setDaemon(true);
        thread.start();
    }

    private void loop() {
        for (int number = 0; !stopping; number++) {
            long begin = System.nanoTime();
            int status = post(number);
            long nanos = System.nanoTime() - begin;
            answers.merge(status, 1, Integer::sum);
            synchronized (log) {
                log.add(new Answer(begin, nanos, status));
            }
            if (status != 201) {
                slowestRefusal = Math.max(slowestRefusal, nanos);
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    /** The status; 0 if there was no answer. */
    private int post(int number) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(World.PATIENCE)
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"event\":\"step.output\",\"data\":{\"n\":" + number + "}}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            Matcher id = ID.matcher(answer.body());
            if (answer.statusCode() == 201 && id.find()) {
                synchronized (published) {
                    published.add(new Publisher.Published(Id.of(id.group(1)), number, System.nanoTime()));
                }
            }
            return answer.statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
            return 0;
        }
    }

    List<Publisher.Published> published() {
        synchronized (published) {
            return List.copyOf(published);
        }
    }

    /** How often which status was the answer; 0 stands for none. */
    Map<Integer, Integer> answers() {
        return new TreeMap<>(answers);
    }

    /** The answers to what was sent from then on, in order. */
    List<Answer> since(long moment) {
        synchronized (log) {
            return log.stream().filter(answer -> answer.begun >= moment).toList();
        }
    }

    /** Until this has been the answer once more. */
    void awaitAnswer(int status) {
        int before = answers.getOrDefault(status, 0);
        World.await("publishing is answered " + status, () -> answers.getOrDefault(status, 0) > before);
    }

    long slowestRefusal() {
        return slowestRefusal;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(World.PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
