package dev.jobstream.benchmarks;

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

    /** What a place on its curve is called. */
    default String place(double x) {
        return Report.number(x);
    }

    /** What a place is, as the head of a column. */
    default String placeName() {
        return "x";
    }

    /** Measures these servers once, which it starts and ends. */
    void measure(Setup setup, List<Contender> contenders, Options options, Log log);

    /** Hears what was measured as soon as it is known. */
    interface Log {
        void measured(Contender contender, Point point);

        /**
         * One that fails is a result too, and must not cost those of the others.
         *
         * @param x where on a curve; 0 if it is none, or nothing of it was measured
         */
        void failed(Contender contender, double x, Exception why);
    }

    /**
     * What was measured.
     *
     * @param x where on a curve; 0 if it is none
     * @param values figures by name, whose end is the unit
     */
    record Point(double x, Map<String, Double> values) {}
}
