package dev.jobstream.bootstrap.standalone;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetSourceWrapper;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * The keys of an issuer, fetched from it. Whatever tokens strangers send, the issuer is asked once in a while only, one request
 * at a time, and a request of ours waits for it for moments: known keys go on while the issuer is away, and a token whose key is
 * not known cannot be checked until the issuer may be asked again.
 */
final class IssuerKeys implements JWKSetSource<SecurityContext> {

    /** At least so long is between two requests to the issuer. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** After so long keys are fetched again; half a minute before, if tokens are being checked. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private static final Duration REFRESH_AHEAD = Duration.ofSeconds(30);

    /** For so long known keys are good while the issuer cannot be reached. */
    private static final Duration OUTAGE = Duration.ofHours(4);

    /** A request that needs a key waits so long for the one that fetches it. */
    private static final Duration WAIT_FOR_FETCH = Duration.ofMillis(500);

    /** The most requests that wait so. */
    private static final int WAITING = 8;

    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

    private static final RestClient HTTP = http();

    private final Supplier<URI> address;
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile @Nullable URI known;

    private IssuerKeys(Supplier<URI> address) {
        this.address = address;
    }

    /** The keys at this address. */
    static JWKSource<SecurityContext> at(String jwkSetUri) {
        return cached(new IssuerKeys(() -> URI.create(jwkSetUri)));
    }

    /** The keys at the address that the issuer's metadata name: found out when the first token comes, since it may start later. */
    static JWKSource<SecurityContext> of(String issuer) {
        return cached(new IssuerKeys(() -> discovered(issuer)));
    }

    private static JWKSource<SecurityContext> cached(JWKSetSource<SecurityContext> keys) {
        JWKSource<SecurityContext> cached = JWKSourceBuilder.create(keys)
                .cache(FRESH.toMillis(), WAIT_FOR_FETCH.toMillis())
                .refreshAheadCache(REFRESH_AHEAD.toMillis(), false)
                .rateLimited(INTERVAL.toMillis())
                .outageTolerant(OUTAGE.toMillis())
                .build();
        return new JWKSetBasedJWKSource<>(
                new FewWait(((JWKSetBasedJWKSource<SecurityContext>) cached).getJWKSetSource()));
    }

    /**
     * Lets only a few requests wait for the issuer: tokens whose keys nobody has would otherwise have all threads wait while it
     * hangs. The others are told at once that it cannot be decided.
     */
    private static final class FewWait extends JWKSetSourceWrapper<SecurityContext> {

        private final Semaphore places = new Semaphore(WAITING);
        private volatile boolean known;

        FewWait(JWKSetSource<SecurityContext> keys) {
            super(keys);
        }

        @Override
        public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context)
                throws KeySourceException {
            if (known && refresh == JWKSetCacheRefreshEvaluator.noRefresh()) {
                return getSource().getJWKSet(refresh, now, context);
            }
            if (!places.tryAcquire()) {
                throw new JWKSetUnavailableException("others wait for the issuer's keys");
            }
            try {
                JWKSet keys = getSource().getJWKSet(refresh, now, context);
                known = true;
                return keys;
            } finally {
                places.release();
            }
        }
    }

    private static RestClient http() {
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(
                HttpClient.newBuilder().connectTimeout(CONNECT).build());
        requests.setReadTimeout(ANSWER);
        return RestClient.builder().requestFactory(requests).build();
    }

    /** OpenID Connect Discovery 1.0, section 4, and RFC 8414, section 3: three places where the metadata may be. */
    private static URI discovered(String issuer) {
        URI base = URI.create(issuer);
        String host = base.getScheme() + "://" + base.getRawAuthority();
        String path = base.getRawPath().replaceAll("/$", "");
        RestClientException failure = null;
        for (String metadata : List.of(
                host + path + "/.well-known/openid-configuration",
                host + "/.well-known/openid-configuration" + path,
                host + "/.well-known/oauth-authorization-server" + path)) {
            try {
                Map<String, Object> found =
                        HTTP.get().uri(URI.create(metadata)).retrieve().body(new ParameterizedTypeReference<>() {});
                if (found != null
                        && issuer.equals(found.get("issuer"))
                        && found.get("jwks_uri") instanceof String keys) {
                    return URI.create(keys);
                }
            } catch (RestClientException e) {
                failure = e;
            }
        }
        throw failure != null ? failure : new RestClientException("no metadata name the keys of " + issuer);
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, @Nullable SecurityContext context)
            throws JWKSetUnavailableException {
        try {
            JWKSet keys = JWKSet.parse(fetch());
            if (failing.compareAndSet(true, false)) {
                log.info("The issuer's keys can be fetched again");
            }
            return keys;
        } catch (RestClientException | IllegalArgumentException | ParseException e) {
            if (failing.compareAndSet(false, true)) {
                log.warn(
                        "The issuer's keys cannot be fetched, trying again: {}",
                        e.getClass().getSimpleName());
            }
            throw new JWKSetRetrievalException("the issuer's keys cannot be fetched", e);
        }
    }

    private String fetch() {
        URI keys = known;
        if (keys == null) {
            keys = address.get();
            known = keys;
        }
        String set = HTTP.get().uri(keys).retrieve().body(String.class);
        return set == null ? "" : set;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
