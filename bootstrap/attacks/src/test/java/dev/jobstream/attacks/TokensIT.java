package dev.jobstream.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.jobstream.tools.TokenMint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Forged tokens. Those that are merely old or wrong are SecurityTest's of the standalone server, too. */
class TokensIT extends SharedTarget {

    private static final String RS256 = "{\"alg\":\"RS256\"}";
    private static final KeyPair OTHERS = TokenMint.newKeys();

    private static void assertAllUnauthorized(Map<String, String> tokens) {
        Map<String, Requests.Answer> answers = answers();
        tokens.forEach((what, token) -> answers.put(what, get(Requests.stream(MINE), Requests.bearer(token))));
        assertAllRefused(answers, 401);
    }

    @Test
    void algorithmsThatAreNone() {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String algorithm : new String[] {"none", "None", "NONE", "nOnE", ""}) {
            String header = "{\"alg\":\"" + algorithm + "\"}";
            tokens.put("alg '" + algorithm + "' and no signature", Tokens.unsigned(header, Tokens.claims(), ""));
            tokens.put("alg '" + algorithm + "' and a signature", Tokens.signed(header, Tokens.claims()));
        }
        tokens.put("no alg", Tokens.signed("{}", Tokens.claims()));
        tokens.put("RS256 and no signature", Tokens.unsigned(RS256, Tokens.claims(), ""));
        tokens.put("RS256 and a signature of nothing", Tokens.unsigned(RS256, Tokens.claims(), "AAAA"));
        tokens.put("ES256 with r and s of 0", Tokens.unsigned("{\"alg\":\"ES256\"}", Tokens.claims(), "A".repeat(86)));
        tokens.put("alg that is a list", Tokens.signed("{\"alg\":[\"RS256\"]}", Tokens.claims()));
        tokens.put(
                "an unknown critical header",
                Tokens.signed("{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}", Tokens.claims()));
        tokens.put(
                "an unencoded payload",
                Tokens.signed("{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}", Tokens.claims()));
        assertAllUnauthorized(tokens);
    }

    @Test
    void thePublicKeyAsASharedSecret() throws IOException {
        byte[] pem = Files.readAllBytes(Tokens.MINT.publicKey());
        byte[] der = Tokens.MINT.keys().getPublic().getEncoded();
        String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("PEM", Tokens.authenticated(header, Tokens.claims(), pem));
        tokens.put(
                "PEM without its last line end",
                Tokens.authenticated(
                        header,
                        Tokens.claims(),
                        new String(pem, StandardCharsets.US_ASCII).strip().getBytes(StandardCharsets.US_ASCII)));
        tokens.put("DER", Tokens.authenticated(header, Tokens.claims(), der));
        tokens.put("DER, and RS256 in the header", Tokens.authenticated(RS256, Tokens.claims(), der));
        tokens.put("an empty secret", Tokens.authenticated(header, Tokens.claims(), new byte[] {0}));
        assertAllUnauthorized(tokens);
    }

    @Test
    void keysThatTheTokenBrings() throws IOException {
        AtomicInteger fetches = new AtomicInteger();
        HttpServer attackers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        attackers.createContext("/", exchange -> {
            fetches.incrementAndGet();
            byte[] keys = ("{\"keys\":[" + jwk() + "]}").getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        attackers.start();
        try {
            String uri = "http://127.0.0.1:" + attackers.getAddress().getPort() + "/keys";
            Map<String, String> tokens = new LinkedHashMap<>();
            for (String member : new String[] {
                "\"jku\":\"" + uri + "\"",
                "\"jku\":\"" + uri + "\",\"kid\":\"evil\"",
                "\"x5u\":\"" + uri + "\"",
                "\"jwk\":" + jwk(),
                "\"x5c\":[\""
                        + Base64.getEncoder().encodeToString(OTHERS.getPublic().getEncoded()) + "\"]",
                "\"kid\":\"" + uri + "\"",
                "\"kid\":\"../../../../../../dev/null\"",
                "\"kid\":\"/proc/self/environ\"",
                "\"kid\":\"' UNION SELECT 'secret' -- \"",
                "\"kid\":\"| sleep 10\"",
                "\"kid\":\"\\r\\n" + FORGED + " \\u001b[31m\"",
                "\"kid\":\"${jndi:ldap://127.0.0.1:1/a}\"",
                "\"kid\":\"" + "k".repeat(10_000) + "\""
            }) {
                tokens.put(member, Tokens.signed("{\"alg\":\"RS256\"," + member + "}", Tokens.claims(), OTHERS));
            }
            assertAllUnauthorized(tokens);
        } finally {
            attackers.stop(0);
        }
        assertThat(fetches).as("what the server has fetched for them").hasValue(0);
    }

    private static String jwk() {
        return Issuer.jwk("evil", (RSAPublicKey) OTHERS.getPublic());
    }

    @Test
    void claimsThatAreWrong() {
        long good = Tokens.in(3_600);
        String scope = ",\"scope\":\"job-events:read\"";
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("another audience", Tokens.signed(RS256, Tokens.claims("others", good, scope)));
        tokens.put("an audience much like it", Tokens.signed(RS256, Tokens.claims(Tokens.AUDIENCE + "x", good, scope)));
        tokens.put("no audience", Tokens.signed(RS256, "{\"exp\":" + good + scope + "}"));
        tokens.put("expired", Tokens.signed(RS256, Tokens.claims(Tokens.AUDIENCE, Tokens.in(-1), scope)));
        tokens.put(
                "not yet valid", Tokens.signed(RS256, claims("\"exp\":" + good + ",\"nbf\":" + Tokens.in(30) + scope)));
        tokens.put("no exp", Tokens.signed(RS256, claims("\"sub\":\"m\"" + scope)));
        for (String exp : new String[] {"null", "\"never\"", "[]", "-1", "1e400", "true", "{}"}) {
            tokens.put("exp " + exp, Tokens.signed(RS256, claims("\"exp\":" + exp + scope)));
        }
        tokens.put("claims that are a list", Tokens.signed(RS256, "[" + claims("\"exp\":" + good + scope) + "]"));
        tokens.put("claims that are nothing", Tokens.signed(RS256, ""));
        tokens.put(
                "claims that are deep",
                Tokens.signed(RS256, claims("\"exp\":" + good + ",\"x\":" + "[".repeat(5_000))));
        tokens.put("another type", Tokens.signed("{\"alg\":\"RS256\",\"typ\":\"dpop+jwt\"}", Tokens.claims()));
        assertAllUnauthorized(tokens);
    }

    private static String claims(String members) {
        return "{\"aud\":\"" + Tokens.AUDIENCE + "\"," + members + "}";
    }

    @Test
    void tokensThatWereCutOrPatched() {
        String token = Tokens.signed(RS256, Tokens.claims());
        String[] parts = token.split("\\.");
        String others = Tokens.signed(RS256, Tokens.claims() + " ");
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("another one's claims", parts[0] + "." + others.split("\\.")[1] + "." + parts[2]);
        tokens.put("without its end", token.substring(0, token.length() - 4));
        tokens.put("with more", token + "AAAA");
        tokens.put("two parts", parts[0] + "." + parts[1]);
        tokens.put("four parts", token + "." + parts[2]);
        tokens.put("five parts", token + "." + parts[2] + "." + parts[2]);
        tokens.put("dots", "...");
        tokens.put("bytes that are not ASCII", token + "é");
        tokens.put("a comma", token + "," + token);
        assertAllUnauthorized(tokens);
    }

    @Test
    void tokensInOtherPlaces() {
        String token = Tokens.good(Tokens.READ + " " + Tokens.WRITE);
        String stream = Requests.stream(MINE);
        Map<String, Requests.Answer> answers = answers();
        answers.put("twice", get(stream, Requests.bearer(token), Requests.bearer(token)));
        answers.put("beside another", get(stream, Requests.bearer("x.y.z"), Requests.bearer(token)));
        answers.put("as Basic", get(stream, "Authorization: Basic " + token));
        answers.put("with no scheme", get(stream, "Authorization: " + token));
        answers.put("in a cookie", get(stream, "Cookie: access_token=" + token + "; Authorization=" + token));
        answers.put("in another header", get(stream, "Proxy-Authorization: Bearer " + token, "X-Auth-Token: " + token));
        byte[] form = ("access_token=" + token).getBytes(StandardCharsets.US_ASCII);
        answers.put(
                "in a form", Requests.publish(port(), MINE, form, "Content-Type: application/x-www-form-urlencoded"));
        assertAllRefused(answers, 401);
    }

    @Test
    void aTokenOf100KB() {
        String claims = ",\"scope\":\"job-events:read\",\"x\":\"" + "x".repeat(75_000) + "\"";
        String token = Tokens.signed(RS256, Tokens.claims(Tokens.AUDIENCE, Tokens.in(60), claims));
        assertThat(token).hasSizeGreaterThan(100_000);
        assertRefused("a token of 100 KB", get(Requests.stream(MINE), Requests.bearer(token)), 431);
    }
}
