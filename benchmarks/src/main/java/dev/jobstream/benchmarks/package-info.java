/** Measures the standalone server, beside the least that any server could do and beside two that Spring suggests. */
@NullMarked
package dev.jobstream.benchmarks;

import org.jspecify.annotations.NullMarked;
