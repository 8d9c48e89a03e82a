/** A page that shows a job: its files, which are a client of the event stream like any other. */
@NullMarked
package dev.jobstream.adapters.web.page;

import org.jspecify.annotations.NullMarked;
