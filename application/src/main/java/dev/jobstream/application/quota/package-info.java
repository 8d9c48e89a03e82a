/** How much of a node one subject, or one job, may take. Knows no streams. */
@NullMarked
package dev.jobstream.application.quota;

import org.jspecify.annotations.NullMarked;
