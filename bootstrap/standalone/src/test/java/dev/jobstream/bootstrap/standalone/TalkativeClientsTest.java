package dev.jobstream.bootstrap.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import dev.jobstream.domain.NewEvent;
import dev.jobstream.tools.RawWebSocket;
import dev.jobstream.tools.TalkativeClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What clients of the standalone server say over a WebSocket, and offer to speak. */
@ExtendWith(OutputCaptureExtension.class)
class TalkativeClientsTest {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawWebSocket watch(String job, String... headers) throws IOException {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Authorization: Bearer " + RunningServer.token();
        return RawWebSocket.open(server.port(), "/runner-jobs/" + job + "/events/ws", all);
    }

    @Test
    void whatIsSaidIsForgottenAndTheStreamGoesOn(CapturedOutput output) throws IOException {
        JobId job = new JobId("talkative");
        try (RawWebSocket socket = watch(job.value())) {
            TalkativeClient.talk(socket);
            server.publisher().publish(job, NewEvent.of("step.output", "{\"n\":1}"));
            assertThat(socket.next()).contains("\"n\":1");
            server.publisher().publish(job, NewEvent.of("job.completed", "{}"));
            assertThat(socket.next()).contains("job.completed");
            assertThat(socket.next()).isEqualTo("close 1000");
        }
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }

    /** A text that is not UTF-8: the code of RFC 6455 for it, and not that all was delivered. */
    @Test
    void whoBreaksTheProtocolIsNotToldThatAllWasDelivered() throws IOException {
        try (RawWebSocket socket = watch("broken")) {
            socket.send(RawWebSocket.TEXT, true, new byte[] {(byte) 0xc3, 0x28});
            assertThat(socket.next()).isEqualTo("close 1007");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "jobstream.v1;jobstream.v1",
                "graphql-ws, jobstream.v1;jobstream.v1",
                "graphql-ws;",
                "mqtt, v12.stomp;"
            })
    void itsOwnProtocolIsSpokenWhereItIsOffered(String offered, String chosen, CapturedOutput output)
            throws IOException {
        try (RawWebSocket socket = watch("named", "Sec-WebSocket-Protocol: " + offered)) {
            TalkativeClient.assertChosen(socket, chosen);
        }
        assertThat(output.getAll()).doesNotContain(" WARN ", " ERROR ", "\tat ");
    }

    /** A compressor would cost each connection more memory than all the rest of it. */
    @Test
    void noCompressionIsAgreedTo() throws IOException {
        try (RawWebSocket socket = watch("plain", "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertThat(socket.head()).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("permessage-deflate");
        }
    }
}
