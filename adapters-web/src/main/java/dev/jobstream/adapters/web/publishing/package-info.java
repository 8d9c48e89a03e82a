/** Publishing a job's events over HTTP. */
@NullMarked
package dev.jobstream.adapters.web.publishing;

import org.jspecify.annotations.NullMarked;
