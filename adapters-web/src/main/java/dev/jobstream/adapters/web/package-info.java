/** The servlet side: streams over HTTP and WebSocket, publishing, paging, and refusals as problem details. */
@NullMarked
package dev.jobstream.adapters.web;

import org.jspecify.annotations.NullMarked;
