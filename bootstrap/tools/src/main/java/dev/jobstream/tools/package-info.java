/** Real servers, clients and proxies for tests and benchmarks, independent of Jobstream's own code. */
@NullMarked
package dev.jobstream.tools;

import org.jspecify.annotations.NullMarked;
