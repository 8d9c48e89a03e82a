/** Jobstream as a server of its own: its container, its security, its demo job. */
@NullMarked
package dev.jobstream.bootstrap.standalone;

import org.jspecify.annotations.NullMarked;
