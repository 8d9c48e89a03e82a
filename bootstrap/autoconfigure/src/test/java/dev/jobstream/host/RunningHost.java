package dev.jobstream.host;

import dev.jobstream.domain.EventId;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** An application that Jobstream is part of, in this process, on a free port. */
final class RunningHost implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;
    private final int port;
    private final String below;

    private RunningHost(ConfigurableApplicationContext context) {
        this.context = context;
        this.port = ((WebServerApplicationContext) context).getWebServer().getPort();
        this.below = setting("server.servlet.context-path", "");
    }

    private String setting(String name, String otherwise) {
        return context.getEnvironment().getProperty(name, otherwise);
    }

    /** @param settings {@code name=value} */
    static RunningHost start(Class<?> application, String... settings) {
        List<String> arguments = new ArrayList<>(
                List.of("--server.port=0", "--spring.main.banner-mode=off", "--jobstream.heartbeat=1s"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        return new RunningHost(new SpringApplication(application).run(arguments.toArray(String[]::new)));
    }

    int port() {
        return port;
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    EventId publish(String job, String type, String json) {
        return bean(EventPublisher.class).publish(new JobId(job), NewEvent.of(type, json));
    }

    /** Where a job's events are, within the application. */
    String events(String job) {
        return setting("host.prefix", "") + setting("jobstream.path", "/runner-jobs") + "/" + job + "/events";
    }

    SseClient watch(String job, String... headers) throws IOException {
        return SseClient.get(port, below + events(job) + "/stream", PATIENCE, headers);
    }

    WsClient watchBySocket(String job, String... headers) {
        return WsClient.open(port, below + events(job) + "/ws", headers);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send(request(path, headers).GET());
    }

    HttpResponse<String> post(String path, String contentType, String body, String... headers)
            throws IOException, InterruptedException {
        return send(request(path, headers).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + below + path))
                .timeout(PATIENCE);
        for (String header : headers) {
            int colon = header.indexOf(':');
            request.header(
                    header.substring(0, colon), header.substring(colon + 1).strip());
        }
        return request;
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** Goes through the login form as a browser does; returns the {@code Cookie} header of the session. */
    String logIn(String user, String password) throws IOException, InterruptedException {
        HttpResponse<String> form = get("/login");
        HttpResponse<String> answer = post(
                "/login",
                "application/x-www-form-urlencoded",
                "username=" + user + "&password=" + password + "&_csrf="
                        + URLEncoder.encode(csrf(form), StandardCharsets.UTF_8),
                cookie(form));
        return cookie(answer);
    }

    void logOut(String session) throws IOException, InterruptedException {
        post("/logout", "application/x-www-form-urlencoded", "", session, forgeryProtection(session));
    }

    /** The header that a page of the host's own sends along with what it posts. */
    String forgeryProtection(String session) throws IOException, InterruptedException {
        return "X-CSRF-TOKEN: " + csrf(get("/login", session));
    }

    private static String csrf(HttpResponse<String> form) {
        Matcher csrf = CSRF.matcher(form.body());
        if (!csrf.find()) {
            throw new IllegalStateException("no login form: " + form.body());
        }
        return csrf.group(1);
    }

    private static String cookie(HttpResponse<String> response) {
        String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
        return "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
    }

    @Override
    public void close() {
        context.close();
    }
}
