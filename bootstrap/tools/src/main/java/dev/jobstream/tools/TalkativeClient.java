package dev.jobstream.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** Who talks where nobody listens, and what it is told all the same: the same on every container. */
public final class TalkativeClient {

    private static final int SEVERAL_MEGABYTES = 8 * 1024 * 1024;

    private TalkativeClient() {}

    /** Says much in many ways: in one frame, in many, in text and not. */
    public static void talk(RawWebSocket socket) throws IOException {
        for (int opcode : new int[] {RawWebSocket.TEXT, RawWebSocket.BINARY}) {
            socket.send(opcode, true, new byte[0]);
            socket.send(opcode, true, letters(1_025));
            socket.send(opcode, true, letters(SEVERAL_MEGABYTES));
            socket.send(opcode, false, letters(10_000));
            for (int n = 0; n < 1_000; n++) {
                socket.send(RawWebSocket.CONTINUATION, false, letters(10_000));
            }
            socket.send(RawWebSocket.CONTINUATION, true, letters(SEVERAL_MEGABYTES));
        }
    }

    /** What is spoken is named where the client has offered it, and nothing else is. */
    public static void assertChosen(RawWebSocket socket, String protocol) {
        assertThat(socket.head()).startsWith("HTTP/1.1 101");
        if (protocol == null) {
            assertThat(socket.head()).doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
        } else {
            assertThat(socket.head()).containsIgnoringCase("Sec-WebSocket-Protocol: " + protocol + "\r\n");
        }
    }

    private static byte[] letters(int length) {
        return "x".repeat(length).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
