package dev.jobstream.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A publisher whose body comes in chunks, whenever the test has some, over a connection of its own. */
public final class StreamedPost implements AutoCloseable {

    /**
     * @param head the answer's status line and headers
     * @param body as UTF-8
     */
    public record Answer(String head, String body) {

        public int status() {
            return Integer.parseInt(head.split(" ")[1]);
        }
    }

    private final Socket socket;

    private StreamedPost(Socket socket) {
        this.socket = socket;
    }

    /** Sends the head of a request. */
    public static StreamedPost begin(int port, String path, String... headers) {
        List<String> lines = new ArrayList<>(List.of("POST " + path + " HTTP/1.1", "Transfer-Encoding: chunked"));
        lines.addAll(List.of(headers));
        return new StreamedPost(RawHttp.send(port, 0, lines.toArray(String[]::new)));
    }

    public StreamedPost write(String text) throws IOException {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    public StreamedPost write(byte[] chunk) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(chunk);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Ends the body, and waits for the answer. */
    public Answer end() throws IOException {
        socket.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return answer();
    }

    /** Waits for the answer, which may come before the body has ended. */
    public Answer answer() throws IOException {
        String head = RawHttp.head(socket);
        int length = head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).trim()))
                .findFirst()
                .orElse(0);
        return new Answer(head, new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8));
    }

    /** Leaves, whatever has been sent. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
