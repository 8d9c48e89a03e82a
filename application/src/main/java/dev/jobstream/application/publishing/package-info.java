/** Publishing by a host for itself: with its transactions, and in spite of a transport that is away for a while. */
@NullMarked
package dev.jobstream.application.publishing;

import org.jspecify.annotations.NullMarked;
