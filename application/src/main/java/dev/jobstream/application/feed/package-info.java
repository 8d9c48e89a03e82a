/** What follows a job: its events as one unbroken chain, for everybody on this node who watches it. Knows no client. */
@NullMarked
package dev.jobstream.application.feed;

import org.jspecify.annotations.NullMarked;
