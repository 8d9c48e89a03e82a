/** The pieces that every event passes through, each by itself. JMH makes its objects, so that fields may be late. */
package dev.jobstream.benchmarks.jmh;
