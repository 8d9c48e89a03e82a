package dev.jobstream.benchmarks;

import java.io.IOException;
import java.util.List;

/** A scenario that has done with one server before it starts the next. */
interface OneByOne extends Scenario {

    /** Measures a server that it starts and ends, once. */
    List<Point> measure(Setup setup, Contender contender, Options options) throws IOException;

    @Override
    default void measure(Setup setup, List<Contender> contenders, Options options, Log log) {
        for (Contender contender : contenders) {
            try {
                measure(setup, contender, options).forEach(point -> log.measured(contender, point));
            } catch (IOException | RuntimeException e) {
                log.failed(contender, 0, e);
            }
        }
    }
}
