package dev.jobstream.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * A server that can be measured.
 *
 * @param name what it is called in the results
 * @param kind which program it is
 * @param jdk what it runs on; {@code null} for a program in C
 */
record Contender(String name, Kind kind, @Nullable Jdk jdk) {

    enum Kind {
        /** What this is all about. */
        JOBSTREAM,
        /** The same engine in an application on Tomcat. */
        HOST,
        /** The least that any server could do. */
        LIMIT,
        /** Spring MVC on Tomcat. */
        MVC,
        /** Spring WebFlux on Netty. */
        WEBFLUX
    }

    boolean isJobstream() {
        return kind == Kind.JOBSTREAM;
    }
}
