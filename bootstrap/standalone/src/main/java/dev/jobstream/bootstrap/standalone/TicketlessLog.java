package dev.jobstream.bootstrap.standalone;

import java.io.IOException;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.CustomRequestLog;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.ContainerLifeCycle;

/** The access log, where there is one, with tickets taken out of the addresses. */
final class TicketlessLog extends ContainerLifeCycle implements RequestLog.Writer {

    private static final Pattern TICKET = Pattern.compile("(?i)\\bticket=[^&\\s\"]*");

    private final RequestLog.Writer log;

    private TicketlessLog(RequestLog.Writer log) {
        this.log = log;
        installBean(log); // Started and stopped with this.
    }

    /** Has this server's access log write no ticket. */
    static void guard(Server server) {
        if (server.getRequestLog() instanceof CustomRequestLog log) {
            server.setRequestLog(new CustomRequestLog(new TicketlessLog(log.getWriter()), log.getFormatString()));
        }
    }

    @Override
    public void write(String entry) throws IOException {
        log.write(TICKET.matcher(entry).replaceAll("ticket=-"));
    }
}
