/** The transport of a single process: journal and channel in its own memory. */
@NullMarked
package dev.jobstream.application.memory;

import org.jspecify.annotations.NullMarked;
