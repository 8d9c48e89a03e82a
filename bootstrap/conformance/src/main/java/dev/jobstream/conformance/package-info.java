/** Checks a server of job event streams, from outside, for docs/protocol.md. Shares no code with the server of this project. */
@NullMarked
package dev.jobstream.conformance;

import org.jspecify.annotations.NullMarked;
