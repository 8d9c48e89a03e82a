package dev.jobstream.benchmarks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A server that can be measured.
 *
 * @param name what it is called in the results
 * @param kind which program it is
 * @param jdk what it runs on; {@code null} for a program in C
 * @param jar of the standalone server, where it is another build's; {@code null} for this project's, and for other kinds
 */
record Contender(
        String name, Kind kind, @Nullable Jdk jdk, @Nullable Path jar) {

    Contender(String name, Kind kind, @Nullable Jdk jdk) {
        this(name, kind, jdk, null);
    }

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
