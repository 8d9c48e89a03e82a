package dev.jobstream.adapters.web.publishing;

import jakarta.servlet.http.HttpServletRequest;

/** What a container must be told of a request whose body may pause for as long as its sender likes. */
public interface SilentPublishers {

    /** The container is as patient as its connector. */
    SilentPublishers UP_TO_THE_CONNECTOR = request -> () -> {};

    /**
     * Lets the request's connection be silent.
     *
     * @return ends that, once the body has come to its end
     */
    Runnable allow(HttpServletRequest request);
}
