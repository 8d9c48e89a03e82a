package dev.jobstream.attacks;

import java.time.Duration;

/**
 * How much of everything: {@code -Djobstream.attacks=full}, the default, is what the table in the documentation is made
 * with; {@code short} is the same attacks with fewer connections, in less time.
 */
final class Scale {

    static final boolean FULL = !"short".equals(System.getProperty("jobstream.attacks", "full"));

    /** Whether what is attacked is also put under load, and has to be as fast as it can. */
    static final boolean LOAD = FULL && !"load".equals(System.getProperty("jobstream.attacks.without"));

    static final int CONNECTIONS = of(500, 50);
    static final int HONEST = of(100, 20);

    /** How long honest clients are looked at, three times in a row: before, during and after an attack. */
    static final Duration PHASE = Duration.ofSeconds(of(20, 2));

    private Scale() {}

    static int of(int full, int brief) {
        return FULL ? full : brief;
    }
}
