package dev.jobstream.attacks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Whose tokens the server trusts. It counts how often it is asked for its keys, and may hang or refuse. */
final class Issuer implements AutoCloseable {

    /** How it answers. */
    enum Mood {
        GOOD,
        HANGS,
        REFUSES
    }

    static final String KEY_ID = "the-key";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile Mood mood = Mood.GOOD;

    Issuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/keys", this::answer);
        server.start();
    }

    /** The server's setting. */
    String setting() {
        return "spring.security.oauth2.resourceserver.jwt.jwk-set-uri=http://127.0.0.1:"
                + server.getAddress().getPort() + "/keys";
    }

    void is(Mood mood) {
        this.mood = mood;
    }

    int asked() {
        return asked.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        if (mood == Mood.HANGS) {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else if (mood == Mood.REFUSES) {
            exchange.getResponseHeaders().set("Retry-After", "60");
            exchange.sendResponseHeaders(503, -1);
        } else {
            byte[] keys = keys().getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
        }
        exchange.close();
    }

    private static String keys() {
        RSAPublicKey key = (RSAPublicKey) Tokens.MINT.keys().getPublic();
        return "{\"keys\":[" + jwk(KEY_ID, key) + "]}";
    }

    /** A public key as issuers write it (RFC 7517). */
    static String jwk(String id, RSAPublicKey key) {
        return "{\"kty\":\"RSA\",\"kid\":\"" + id + "\",\"e\":\"" + number(key.getPublicExponent()) + "\",\"n\":\""
                + number(key.getModulus()) + "\"}";
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    @Override
    public void close() {
        released.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
