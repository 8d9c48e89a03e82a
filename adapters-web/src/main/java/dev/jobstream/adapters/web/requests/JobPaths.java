package dev.jobstream.adapters.web.requests;

/** Where the endpoints of a job are. */
public final class JobPaths {

    /** Pages of retained events, and publishing. */
    public static final String EVENTS = "/runner-jobs/{jobId}/events";

    /** The event stream. */
    public static final String STREAM = EVENTS + "/stream";

    /** The same over a WebSocket. */
    public static final String WEBSOCKET = EVENTS + "/ws";

    /** Tickets, for clients that cannot set a header. */
    public static final String TICKET = EVENTS + "/ticket";

    /** The variable of these paths that is the job's id. */
    public static final String JOB_ID = "jobId";

    private JobPaths() {}
}
