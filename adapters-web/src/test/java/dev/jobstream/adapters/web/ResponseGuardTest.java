package dev.jobstream.adapters.web;

import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.jobstream.adapters.web.TestServer.HostController;
import dev.jobstream.tools.RawHttp;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code EmitterConnection} relies on: a controller's response is of no use to anybody once the request has ended. */
@Timeout(60)
class ResponseGuardTest {

    @Test
    void writingAfterTheEndFailsAndDoesNotReachWhoeverIsServedNext() throws IOException {
        try (TestServer server = TestServer.start()) {
            try (InputStream in = RawHttp.send(server.port, 0, "GET /host/emits HTTP/1.1\r\nConnection: close")
                    .getInputStream()) {
                in.readAllBytes();
            }
            HttpServletResponse response = HostController.EMITTED.get();
            await().untilAsserted(() -> assertThatIOException()
                    .isThrownBy(() -> response.getOutputStream().write(1)));
            assertThatIOException().isThrownBy(() -> response.getOutputStream().flush());
        }
    }
}
