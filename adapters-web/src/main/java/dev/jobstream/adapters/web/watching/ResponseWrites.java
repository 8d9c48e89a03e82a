package dev.jobstream.adapters.web.watching;

/** What the container does with what is written to the response of a stream. */
public enum ResponseWrites {
    /** It may gather writes until it is told to flush, as most containers do. */
    GATHERED,
    /** It passes each write on at once, so that to flush would be one more write, of nothing. */
    IMMEDIATE
}
