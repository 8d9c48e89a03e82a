package dev.jobstream.test;

import org.jspecify.annotations.Nullable;

/**
 * An event as a client of an event stream gets it (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML,
 * server-sent events</a>).
 *
 * @param id its {@code id} field; {@code null} if it has none
 * @param type its {@code event} field; {@code message} if it has none
 * @param data its lines of data, joined by LF
 */
public record SseEvent(@Nullable String id, String type, String data) {}
