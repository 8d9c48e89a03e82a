package dev.jobstream.bootstrap.standalone;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.jobstream.application.JobEventStreams;
import dev.jobstream.domain.EventPublisher;
import dev.jobstream.tools.SseClient;
import dev.jobstream.tools.TokenMint;
import dev.jobstream.tools.ValkeyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The standalone server in this process, on a free port, with a key of the test's own as the one that it trusts. */
public final class RunningServer implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** Signs with the key that it trusts. */
    static final TokenMint MINT = TokenMint.create();

    private final ConfigurableApplicationContext context;
    private final int port;

    private RunningServer(ConfigurableApplicationContext context) {
        this.context = context;
        this.port = ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    /** @param settings {@code name=value} */
    static RunningServer start(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + MINT.publicKey(),
                "spring.security.oauth2.resourceserver.jwt.audiences=" + TokenMint.AUDIENCE));
        all.addAll(List.of(settings));
        return startTrusting(all.toArray(String[]::new));
    }

    /** The same with the keys that these settings name. */
    static RunningServer startTrusting(String... settings) {
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--jobstream.demo=false"));
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(arguments::add);
        return new RunningServer(JobstreamApplication.create().run(arguments.toArray(String[]::new)));
    }

    /** The same on this Valkey. */
    static RunningServer startOn(ValkeyServer valkey, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "jobstream.transport=valkey",
                "spring.data.redis.host=" + valkey.host(),
                "spring.data.redis.port=" + valkey.port()));
        all.addAll(List.of(settings));
        return start(all.toArray(String[]::new));
    }

    int port() {
        return port;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    EventPublisher publisher() {
        return bean(EventPublisher.class);
    }

    JobEventStreams streams() {
        return bean(JobEventStreams.class);
    }

    /** Watches with a token for everything. */
    SseClient watch(String jobAndQuery, String... headers) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Authorization: Bearer " + token());
        int query = jobAndQuery.indexOf('?');
        String job = query < 0 ? jobAndQuery : jobAndQuery.substring(0, query);
        String rest = query < 0 ? "" : jobAndQuery.substring(query);
        return SseClient.get(
                port, "/runner-jobs/" + job + "/events/stream" + rest, PATIENCE, all.toArray(String[]::new));
    }

    HttpResponse<String> post(String job, String contentType, String body) throws IOException, InterruptedException {
        return post(job, contentType, body, token());
    }

    HttpResponse<String> post(String job, String contentType, String body, String token)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/runner-jobs/" + job + "/events"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A token for everything, good for an hour. */
    public static String token() {
        return token(claims -> {});
    }

    static String token(Consumer<JWTClaimsSet.Builder> changes) {
        return token(changes, MINT.keys());
    }

    static String token(Consumer<JWTClaimsSet.Builder> changes, KeyPair keys) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject("tester")
                .audience(TokenMint.AUDIENCE)
                .claim("scope", "job-events:read job-events:write job-events:operate")
                .expirationTime(Date.from(Instant.now().plusSeconds(3600)));
        changes.accept(claims);
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.RS256), claims.build());
        try {
            token.sign(new RSASSASigner(keys.getPrivate()));
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    @Override
    public void close() {
        context.close();
    }
}
