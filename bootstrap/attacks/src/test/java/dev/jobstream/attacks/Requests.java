package dev.jobstream.attacks;

import dev.jobstream.tools.HttpResponse;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests as bytes, of which nothing is encoded, checked or left out. */
final class Requests {

    /** What was answered. A stream is read as far as its head. */
    record Answer(int status, List<String> contentType, String head, String body) {

        List<String> header(String name) {
            HttpResponse response = new HttpResponse((buffer, from, to) -> {});
            byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
            response.feed(bytes, 0, bytes.length);
            return response.header(name);
        }
    }

    private Requests() {}

    static String stream(String job) {
        return "/runner-jobs/" + job + "/events/stream";
    }

    static String events(String job) {
        return "/runner-jobs/" + job + "/events";
    }

    static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    /** The head of a request, after which the connection is to close. */
    static String head(String method, String target, String... headers) {
        return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + String.join("\r\n", headers)
                + (headers.length == 0 ? "" : "\r\n") + "\r\n";
    }

    static Answer get(int port, String target, String... headers) {
        return send(port, head("GET", target, headers).getBytes(StandardCharsets.ISO_8859_1));
    }

    static Answer publish(int port, String job, byte[] body, String... headers) {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Length: " + body.length;
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head("POST", events(job), all).getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return send(port, request.toByteArray());
    }

    static Answer json(int port, String token, String job, String body) {
        return publish(
                port, job, body.getBytes(StandardCharsets.UTF_8), bearer(token), "Content-Type: application/json");
    }

    /** Sends these bytes on a connection of their own. */
    static Answer send(int port, byte[] request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout((int) Target.PATIENCE.toMillis());
            socket.getOutputStream().write(request);
            return answer(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer answer(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        HttpResponse response = new HttpResponse((buffer, from, to) -> body.write(buffer, from, to - from));
        byte[] piece = new byte[16 * 1024];
        while (!response.hasHead() || !(isStream(response) || response.isDone())) {
            // What is framing comes by the byte: nothing may be read behind it.
            long most = response.untilBoundary();
            int length = in.read(piece, 0, most == Long.MAX_VALUE ? 1 : (int) Math.min(most, piece.length));
            if (length < 0) {
                if (response.hasHead() && response.endsWithConnection()) {
                    break;
                }
                throw new IOException("cut off after " + head.toString(StandardCharsets.ISO_8859_1));
            }
            if (!response.hasHead()) {
                head.write(piece[0]);
            }
            response.feed(piece, 0, length);
        }
        return new Answer(
                response.status(),
                response.header("Content-Type"),
                head.toString(StandardCharsets.ISO_8859_1),
                body.toString(StandardCharsets.UTF_8));
    }

    private static boolean isStream(HttpResponse response) {
        return response.status() == 101
                || response.header("Content-Type").stream().anyMatch(type -> type.startsWith("text/event-stream"));
    }
}
