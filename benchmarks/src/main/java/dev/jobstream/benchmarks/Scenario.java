package dev.jobstream.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Something to measure. */
interface Scenario {

    /** What it is called on the command line and in the results. */
    String name();

    /** What it is, in a sentence. */
    String title();

    /** Whether this server can do it. */
    boolean suits(Contender contender);

    /** Measures a server that it starts and ends, once. */
    List<Point> measure(Setup setup, Contender contender, Options options) throws IOException;

    /**
     * What was measured.
     *
     * @param x where on a curve; 0 if it is none
     * @param values figures by name, whose end is the unit
     */
    record Point(double x, Map<String, Double> values) {}
}
