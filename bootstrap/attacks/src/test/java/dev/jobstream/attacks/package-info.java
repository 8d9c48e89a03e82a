/** The attack suite: what strangers, and those with a token for one job, may try on the packaged server. */
package dev.jobstream.attacks;
