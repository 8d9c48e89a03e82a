package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.jobstream.tools.SseClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens as issuers send them, checked against the keys of a real one on this machine. */
class IssuersTest {

    private static final String JOB = "job-1";
    private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

    private final List<JWK> published = new ArrayList<>();
    private RSAKey rsa;
    private ECKey ec;
    private HttpServer issuer;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger asked = new AtomicInteger();
    private final Gate hang = new Gate();
    private volatile boolean refuses;
    private String address;

    @BeforeEach
    void startIssuer() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate();
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        address = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/realm";
        issuer.createContext(
                "/realm/.well-known/openid-configuration",
                exchange ->
                        answer(exchange, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(address, address)));
        issuer.createContext("/realm/keys", exchange -> {
            asked.incrementAndGet();
            hang.await();
            if (refuses) {
                exchange.sendResponseHeaders(500, -1);
                exchange.close();
            } else {
                answer(exchange, new JWKSet(published).toString());
            }
        });
        issuer.setExecutor(threads);
        issuer.start();
    }

    @AfterEach
    void stopIssuer() {
        hang.release();
        issuer.stop(0);
        threads.shutdownNow();
    }

    /** Lets everybody pass, until it is told to hold them. */
    private static final class Gate {

        private boolean closed;

        synchronized void close() {
            closed = true;
        }

        synchronized void release() {
            closed = false;
            notifyAll();
        }

        synchronized void await() {
            try {
                while (closed) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Headers and claims of the documented shape, without what does not matter here. */
    private Map<String, String> accessTokens() throws JOSEException {
        return Map.of(
                "Keycloak",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                "JWT",
                                claims().claim("typ", "Bearer")
                                        .claim("azp", "runner-cli")
                                        .claim("scope", "openid profile job-events:read job-events:write")
                                        .claim("realm_access", Map.of("roles", List.of("offline_access")))),
                "Auth0",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                "JWT",
                                claims().subject("auth0|5f7c8ec7c33c6c004bbafe82")
                                        .claim("scope", "job-events:read job-events:write")
                                        .claim("permissions", List.of("job-events:read", "job-events:write"))),
                "Auth0 by RFC 9068",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                "at+jwt",
                                claims().claim("client_id", "my_client_id")
                                        .claim("scope", "job-events:read job-events:write")),
                "Okta",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                null,
                                claims().claim("ver", 1)
                                        .claim("cid", "0oa1gtqi2")
                                        .claim(
                                                "scp",
                                                List.of("job-events:read", "job-events:write", "offline_access"))),
                "Entra",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                "JWT",
                                claims().claim("ver", "2.0")
                                        .claim("tid", UUID.randomUUID().toString())
                                        .claim("scp", "job-events:read job-events:write")),
                "Authelia",
                        token(
                                ec,
                                JWSAlgorithm.ES256,
                                "at+jwt",
                                claims().claim("client_id", "runner-cli")
                                        .claim("scope", "job-events:read job-events:write")),
                "in full",
                        token(
                                rsa,
                                JWSAlgorithm.PS512,
                                "application/at+jwt",
                                claims().claim("scope", "job-events:read job-events:write")));
    }

    private Map<String, String> otherTokens() throws JOSEException {
        JWTClaimsSet.Builder good = claims().claim("scope", "job-events:read job-events:write");
        return Map.of(
                "a proof of possession", token(rsa, JWSAlgorithm.RS256, "dpop+jwt", good),
                "a logout", token(rsa, JWSAlgorithm.RS256, "logout+jwt", good),
                "an introspection", token(rsa, JWSAlgorithm.RS256, "token-introspection+jwt", good),
                "for somebody else",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                "JWT",
                                claims().audience("https://other.example").claim("scope", "job-events:read")),
                "of another issuer",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                "JWT",
                                claims().issuer("https://other.example").claim("scope", "job-events:read")),
                "expired",
                        token(
                                rsa,
                                JWSAlgorithm.RS256,
                                "JWT",
                                claims().expirationTime(Date.from(Instant.now().minusSeconds(600)))
                                        .claim("scope", "job-events:read")),
                "of a stranger's key",
                        token(new RSAKeyGenerator(2048).keyID("rsa-1").generate(), JWSAlgorithm.RS256, "JWT", good),
                "signed with the public key as a secret", hmac(good));
    }

    private String hmac(JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), claims.build());
        token.sign(new MACSigner(rsa.toRSAPublicKey().getEncoded()));
        return token.serialize();
    }

    @Test
    void takesTheAccessTokensOfTheUsualIssuersAndNoOthers() throws Exception {
        published.addAll(List.of(rsa.toPublicJWK(), ec.toPublicJWK()));
        try (RunningServer server = trusting("issuer-uri=" + address, "audiences=https://jobs.example")) {
            for (Map.Entry<String, String> token : accessTokens().entrySet()) {
                assertThat(watch(server, token.getValue())).as(token.getKey()).isEqualTo(200);
                assertThat(publish(server, token.getValue())).as(token.getKey()).isEqualTo(201);
            }
            for (Map.Entry<String, String> token : otherTokens().entrySet()) {
                assertThat(watch(server, token.getValue())).as(token.getKey()).isEqualTo(401);
            }
        }
    }

    @Test
    void followsAnIssuerToAnotherAlgorithmWithoutARestart() throws Exception {
        for (String trust : List.of("jwk-set-uri=" + address + "/keys", "issuer-uri=" + address)) {
            published.clear();
            published.add(rsa.toPublicJWK());
            try (RunningServer server = trusting(trust)) {
                JWTClaimsSet.Builder claims = claims().claim("scope", "job-events:read");
                assertThat(watch(server, token(rsa, JWSAlgorithm.RS256, "JWT", claims)))
                        .isEqualTo(200);
                published.clear();
                published.add(ec.toPublicJWK());

                assertThat(watch(server, token(ec, JWSAlgorithm.ES256, "JWT", claims)))
                        .as(trust)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void anOperatorNarrowsTheAlgorithms() throws Exception {
        published.addAll(List.of(rsa.toPublicJWK(), ec.toPublicJWK()));
        JWTClaimsSet.Builder claims = claims().claim("scope", "job-events:read");
        try (RunningServer server = trusting("jwk-set-uri=" + address + "/keys", "jws-algorithms=RS256")) {
            assertThat(watch(server, token(rsa, JWSAlgorithm.RS256, "JWT", claims)))
                    .isEqualTo(200);
            assertThat(watch(server, token(rsa, JWSAlgorithm.PS256, "JWT", claims)))
                    .isEqualTo(401);
            assertThat(watch(server, token(ec, JWSAlgorithm.ES256, "JWT", claims)))
                    .isEqualTo(401);
        }
    }

    @Test
    void findsWhatATokenAllowsWhereTheOperatorSays() throws Exception {
        published.add(rsa.toPublicJWK());
        String permissions = token(
                rsa,
                JWSAlgorithm.RS256,
                "JWT",
                claims().claim("scope", "openid").claim("permissions", List.of("job-events:read")));
        String roles = token(rsa, JWSAlgorithm.RS256, "JWT", claims().claim("roles", "admin,read"));
        try (RunningServer server = trusting("issuer-uri=" + address, "authorities-claim-name=permissions")) {
            assertThat(watch(server, permissions)).isEqualTo(200);
            assertThat(publish(server, permissions)).isEqualTo(403);
            assertThat(watch(server, roles)).isEqualTo(403);
        }
        try (RunningServer server = trusting(
                "issuer-uri=" + address,
                "authorities-claim-name=roles",
                "authorities-claim-delimiter=,",
                "authority-prefix=job-events:")) {
            assertThat(watch(server, roles)).isEqualTo(200);
            assertThat(publish(server, roles)).isEqualTo(403);
            assertThat(watch(server, permissions)).isEqualTo(403);
        }
        String scope = token(rsa, JWSAlgorithm.RS256, "JWT", claims().claim("scope", "job-events:read"));
        try (RunningServer server = trusting("issuer-uri=" + address, "authority-prefix=ROLE_")) {
            assertThat(watch(server, scope)).isEqualTo(200);
            assertThat(publish(server, scope)).isEqualTo(403);
            assertThat(watch(server, permissions)).isEqualTo(403);
        }
    }

    @Test
    void aTokenMayNameManyJobs() throws Exception {
        published.add(rsa.toPublicJWK());
        List<String> jobs = new ArrayList<>(
                Stream.generate(() -> UUID.randomUUID().toString()).limit(300).toList());
        jobs.add(JOB);
        String token = token(
                rsa,
                JWSAlgorithm.RS256,
                "JWT",
                claims().claim("scope", "job-events:read").claim("jobs", jobs));
        try (RunningServer server = trusting("issuer-uri=" + address)) {
            assertThat(token).hasSizeGreaterThan(15_000);
            assertThat(watch(server, token)).isEqualTo(200);
        }
    }

    private String junk() throws JOSEException {
        JWK unknown =
                new RSAKey.Builder(rsa).keyID(UUID.randomUUID().toString()).build();
        return token(unknown, JWSAlgorithm.RS256, "JWT", claims().claim("scope", "job-events:read"));
    }

    private String good() throws JOSEException {
        return token(rsa, JWSAlgorithm.RS256, "JWT", claims().claim("scope", "job-events:read"));
    }

    @Test
    void whatStrangersSendDoesNotDriveTheIssuer() throws Exception {
        published.add(rsa.toPublicJWK());
        try (RunningServer server = trusting("issuer-uri=" + address)) {
            assertThat(watch(server, good())).isEqualTo(200);
            long begin = System.nanoTime();

            for (int i = 0; i < 50; i++) {
                assertThat(watch(server, junk())).isIn(401, 503);
            }

            // One to begin with, and two for each interval that has begun.
            long intervals = (System.nanoTime() - begin) / IssuerKeys.INTERVAL.toNanos() + 1;
            assertThat((long) asked.get()).isLessThanOrEqualTo(1 + 2 * intervals);
            assertThat(watch(server, good())).isEqualTo(200);
        }
    }

    @Test
    void whileTheIssuerHangsKnownKeysGoOnAndNobodyElseWaitsForIt() throws Exception {
        published.add(rsa.toPublicJWK());
        try (RunningServer server = trusting("issuer-uri=" + address)) {
            assertThat(watch(server, good())).isEqualTo(200);
            hang.close();

            List<Future<Integer>> junk = new ArrayList<>();
            for (int i = 0; i < 300; i++) { // More than Jetty has threads.
                String token = junk();
                junk.add(threads.submit(() -> watch(server, token)));
            }

            assertThat(watch(server, good())).isEqualTo(200);
            try (SseClient liveness =
                    SseClient.get(server.port(), "/actuator/health/liveness", RunningServer.PATIENCE)) {
                assertThat(liveness.status()).isEqualTo(200);
            }
            for (Future<Integer> status : junk) {
                assertThat(status.get()).isIn(401, 503);
            }
        }
    }

    @Test
    void whatCannotBeDecidedIsToBeTriedAgain() throws Exception {
        refuses = true;
        try (RunningServer server = trusting("jwk-set-uri=" + address + "/keys");
                SseClient client = SseClient.get(
                        server.port(),
                        "/runner-jobs/" + JOB + "/events/stream",
                        RunningServer.PATIENCE,
                        "Authorization: Bearer " + good())) {
            assertThat(client.status()).isEqualTo(503);
            assertThat(client.header("Retry-After")).isNotEmpty();
            assertThat(client.header("Content-Type")).containsExactly("application/problem+json");
            assertThat(client.body()).doesNotContain("127.0.0.1");
        }
    }

    /** Settings of {@code spring.security.oauth2.resourceserver.jwt}. */
    private static RunningServer trusting(String... settings) {
        return RunningServer.startTrusting(
                Stream.of(settings).map(setting -> JWT + setting).toArray(String[]::new));
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(address)
                .subject("alice")
                .audience(List.of("https://jobs.example", "account"))
                .issueTime(new Date())
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private static String token(JWK key, JWSAlgorithm algorithm, String type, JWTClaimsSet.Builder claims)
            throws JOSEException {
        JWSHeader.Builder header = new JWSHeader.Builder(algorithm).keyID(key.getKeyID());
        if (type != null) {
            header.type(new JOSEObjectType(type));
        }
        SignedJWT token = new SignedJWT(header.build(), claims.build());
        JWSSigner signer = key instanceof ECKey curve ? new ECDSASigner(curve) : new RSASSASigner((RSAKey) key);
        token.sign(signer);
        return token.serialize();
    }

    private static int watch(RunningServer server, String token) throws IOException {
        try (SseClient client = SseClient.get(
                server.port(),
                "/runner-jobs/" + JOB + "/events/stream",
                RunningServer.PATIENCE,
                "Authorization: Bearer " + token)) {
            return client.status();
        }
    }

    private static int publish(RunningServer server, String token) throws Exception {
        return server.post(JOB, "application/json", "{\"event\":\"step.output\",\"data\":{}}", token)
                .statusCode();
    }
}
