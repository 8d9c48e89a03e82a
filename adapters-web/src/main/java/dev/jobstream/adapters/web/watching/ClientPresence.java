package dev.jobstream.adapters.web.watching;

import jakarta.servlet.http.HttpServletRequest;
import java.util.function.BooleanSupplier;

/**
 * Tells whether a client has gone, without a byte to it: what a container may know of its connections, and the servlet
 * standard has no word for. Asked for streams that have no heartbeat.
 */
@FunctionalInterface
public interface ClientPresence {

    /** Nobody knows: a client that has gone is noticed when there is something to write. */
    ClientPresence UNKNOWN = request -> () -> false;

    /**
     * Looks at the connection of a request, at the moment at which its stream begins.
     *
     * @return whether the client has gone, as far as it is known; a client that sends nothing more but still reads has not.
     *     Asked by changing threads, one at a time, and returns at once
     */
    BooleanSupplier hasGone(HttpServletRequest request);
}
