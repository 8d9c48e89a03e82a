/** How events are written for a client. */
@NullMarked
package dev.jobstream.adapters.web.formats;

import org.jspecify.annotations.NullMarked;
