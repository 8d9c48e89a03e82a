package dev.jobstream.application.quota;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How fast each account takes something on this node: a token bucket for each. An account whose bucket is full is forgotten,
 * and there are never more than so many buckets: accounts beyond them share one. Safe for use by many threads.
 */
public final class Rates {

    /** Some 10 MB. */
    static final int MOST_ACCOUNTS = 100_000;

    private static final long FORGET_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String ALL_OTHERS = "";

    private final ConcurrentHashMap<String, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final long perSecond;
    private final long most;
    private final LongSupplier nanos;
    private final AtomicLong forgotAt;

    /**
     * @param perSecond what an account is given in a second; 0 for no limit
     * @param seconds for how many seconds it is saved
     * @param nanos tells the time, in nanoseconds from an arbitrary origin
     */
    public Rates(long perSecond, int seconds, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.most = perSecond * seconds;
        this.nanos = nanos;
        this.forgotAt = new AtomicLong(nanos.getAsLong());
    }

    /** Takes one if there is one: whether there was. */
    public boolean take(String account) {
        return perSecond == 0 || with(account, TokenBucket::take);
    }

    /** Whether the account has paid for what it was given on credit. */
    public boolean hasCredit(String account) {
        return perSecond == 0 || with(account, TokenBucket::hasCredit);
    }

    /** Takes so many, on credit where there are fewer. */
    public void charge(String account, long tokens) {
        if (perSecond > 0 && tokens > 0) {
            boolean unused = with(account, (bucket, now) -> {
                bucket.charge(tokens, now);
                return true;
            });
        }
    }

    private interface Use {
        boolean of(TokenBucket bucket, long nanos);
    }

    private boolean with(String account, Use use) {
        long now = nanos.getAsLong();
        forget(now);
        String key = buckets.size() < MOST_ACCOUNTS || buckets.containsKey(account) ? account : ALL_OTHERS;
        boolean[] answer = new boolean[1];
        buckets.compute(key, (name, known) -> {
            TokenBucket bucket = known == null ? new TokenBucket(perSecond, most, now) : known;
            answer[0] = use.of(bucket, now);
            return bucket;
        });
        return answer[0];
    }

    private void forget(long now) {
        long last = forgotAt.get();
        if (now - last >= FORGET_EVERY_NANOS && forgotAt.compareAndSet(last, now)) {
            buckets.keySet()
                    .forEach(account ->
                            buckets.computeIfPresent(account, (name, bucket) -> bucket.isFull(now) ? null : bucket));
        }
    }

    /** The accounts that are not forgotten. */
    int accounts() {
        return buckets.size();
    }
}
