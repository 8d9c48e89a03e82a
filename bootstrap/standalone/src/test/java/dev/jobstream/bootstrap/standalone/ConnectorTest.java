package dev.jobstream.bootstrap.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

class ConnectorTest {

    @Test
    void whoComesBackAllAtOnceIsQueued() {
        try (RunningServer server = RunningServer.start()) {
            var web = (JettyWebServer) ((WebServerApplicationContext) server.context()).getWebServer();

            assertEquals(
                    4096,
                    ((ServerConnector) Arrays.stream(web.getServer().getConnectors())
                                    .findFirst()
                                    .orElseThrow())
                            .getAcceptQueueSize());
        }
    }
}
