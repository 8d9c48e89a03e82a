/** What a client asks for, read the same way by every endpoint. */
@NullMarked
package dev.jobstream.adapters.web.requests;

import org.jspecify.annotations.NullMarked;
