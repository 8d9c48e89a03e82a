package dev.jobstream.adapters.web.requests;

/**
 * Where the endpoints of a job are, as patterns of Spring's whose first part is a setting. They are mapped like a host's own
 * controllers, so that what the host puts before its paths stands before these too.
 */
public final class JobPaths {

    /** Where they begin unless the setting says otherwise. */
    public static final String DEFAULT = "/runner-jobs";

    /** Where they begin. */
    public static final String BASE = "${jobstream.path:" + DEFAULT + "}";

    /** Pages of retained events, and publishing. */
    public static final String EVENTS = BASE + "/{jobId}/events";

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
