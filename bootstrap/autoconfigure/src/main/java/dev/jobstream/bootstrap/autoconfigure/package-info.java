/** Puts Jobstream into a Spring Boot servlet application: its settings, its beans, their life cycle. */
@NullMarked
package dev.jobstream.bootstrap.autoconfigure;

import org.jspecify.annotations.NullMarked;
