/** Problem documents for what is refused. */
@NullMarked
package dev.jobstream.adapters.web.refusals;

import org.jspecify.annotations.NullMarked;
