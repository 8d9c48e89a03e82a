/** The language of the event stream: jobs, events and ids as values, and the ports to whatever carries them. */
@NullMarked
package dev.jobstream.domain;

import org.jspecify.annotations.NullMarked;
