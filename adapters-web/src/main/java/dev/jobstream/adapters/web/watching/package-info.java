/** Watching a job over HTTP, and reading its retained events page by page. */
@NullMarked
package dev.jobstream.adapters.web.watching;

import org.jspecify.annotations.NullMarked;
