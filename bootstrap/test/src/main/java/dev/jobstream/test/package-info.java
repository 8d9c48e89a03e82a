/**
 * What an application that Jobstream is part of tests its streams with. The contracts of a transport are in {@code
 * dev.jobstream.test.domain}.
 */
@NullMarked
package dev.jobstream.test;

import org.jspecify.annotations.NullMarked;
