package dev.jobstream.bootstrap.standalone;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NegotiatingServerConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose request does not come to the end of its head in time: of a new connection, the TLS handshake
 * included, and of one that has begun to send another request. Jetty itself only counts the time without any byte, so that a
 * byte now and then would hold a connection for as long as its sender likes, without any token.
 *
 * <p>It looks at all connections now and then, so a stream costs nothing more. What it reads of a connection's parser is
 * volatile; a head that ends in the very moment in which its time is over may be cut.
 *
 * <p>The class of Jetty's that it needs is an internal one: no public one tells where a connection stands. HTTP/2 bounds its
 * frames of headers by itself, and is left alone here.
 */
final class HeadTimeLimit extends AbstractLifeCycle {

    private static final int LOOKS_IN_A_LIMIT = 5;

    private static final long NEVER = Long.MIN_VALUE;
    private static final Set<HttpParser.State> WITHIN_A_HEAD =
            EnumSet.range(HttpParser.State.METHOD, HttpParser.State.HEADER);

    private final Connector connector;
    private final Duration limit;
    private volatile Scheduler.@Nullable Task next;

    /** @param limit positive, from the first byte of the head, or from when the connection was accepted */
    HeadTimeLimit(Connector connector, Duration limit) {
        this.connector = connector;
        this.limit = limit;
    }

    @Override
    protected void doStart() {
        schedule();
    }

    @Override
    protected void doStop() {
        Scheduler.Task ending = next;
        if (ending != null) {
            ending.cancel();
        }
    }

    private void schedule() {
        next = connector.getScheduler().schedule(this::look, limit.toNanos() / LOOKS_IN_A_LIMIT, TimeUnit.NANOSECONDS);
    }

    private void look() {
        try {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                if (isOverdue(endPoint)) {
                    endPoint.close();
                }
            }
        } finally {
            if (isRunning()) {
                schedule();
            }
        }
    }

    private boolean isOverdue(EndPoint endPoint) {
        Connection connection = endPoint.getConnection();
        if (connection instanceof SslConnection ssl) {
            connection = ssl.getSslEndPoint().getConnection();
        }
        if (connection instanceof HttpConnection http) {
            return http.getMessagesIn() == 0 ? isOld(http) : isInTheMidstOfAHead(http.getParser());
        }
        return connection instanceof NegotiatingServerConnection && isOld(connection);
    }

    private boolean isOld(Connection connection) {
        return System.currentTimeMillis() - connection.getCreatedTimeStamp() > limit.toMillis();
    }

    private boolean isInTheMidstOfAHead(HttpParser parser) {
        if (!WITHIN_A_HEAD.contains(parser.getState())) {
            return false;
        }
        long begun = parser.getBeginNanoTime(); // Read after the state: not that of a request before.
        return begun != NEVER && NanoTime.since(begun) > limit.toNanos();
    }
}
