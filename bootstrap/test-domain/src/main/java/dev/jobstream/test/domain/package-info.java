/** What tests of a transport are made of: the numbered contracts of the domain's ports, and events to fill it with. */
@NullMarked
package dev.jobstream.test.domain;

import org.jspecify.annotations.NullMarked;
