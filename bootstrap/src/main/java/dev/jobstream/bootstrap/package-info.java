/** Assembles Jobstream: the auto-configuration that is the one road for a host and for the standalone server. */
@NullMarked
package dev.jobstream.bootstrap;

import org.jspecify.annotations.NullMarked;
