/** What Spring's own means make of the same task: a live stream for each client, no journal, no resume, no token. */
@NullMarked
package dev.jobstream.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
