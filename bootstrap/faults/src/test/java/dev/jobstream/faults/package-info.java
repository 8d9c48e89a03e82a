/** The fault programme: real processes that are killed, frozen and cut off, and what every client has seen of it. */
package dev.jobstream.faults;
