/** Watching a job over a WebSocket. */
@NullMarked
package dev.jobstream.adapters.web.websocket;

import org.jspecify.annotations.NullMarked;
