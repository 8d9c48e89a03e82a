/** The event stream itself: one feed a job, one cursor a client, and the in-memory transport beside the ports. */
@NullMarked
package dev.jobstream.application;

import org.jspecify.annotations.NullMarked;
