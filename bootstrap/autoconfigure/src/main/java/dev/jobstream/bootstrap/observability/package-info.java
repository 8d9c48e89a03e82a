/** What an operator sees: meters and health. */
@NullMarked
package dev.jobstream.bootstrap.observability;

import org.jspecify.annotations.NullMarked;
