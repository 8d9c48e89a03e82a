package dev.jobstream.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Valkey that speaks RESP2 and blocks. Commands may be sent ahead of their replies; one thread may send
 * while another receives.
 */
final class Resp implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final InputStream in;

    Resp(String host, int port) throws IOException {
        socket.connect(new InetSocketAddress(host, port), 2_000);
        socket.setTcpNoDelay(true);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
        in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    }

    /** Sends one command and waits for its reply: {@code String}, {@code Long}, {@code List} or {@code null}. */
    @Nullable
    Object call(String... words) throws IOException {
        send(words.length);
        for (String word : words) {
            send(word.getBytes(StandardCharsets.UTF_8));
        }
        flush();
        return receive();
    }

    /** Begins a command of so many arguments, each to be sent by {@link #send(byte[])}. */
    void send(int arguments) throws IOException {
        header('*', arguments);
    }

    void send(byte[] argument) throws IOException {
        header('$', argument.length);
        out.write(argument);
        out.write('\r');
        out.write('\n');
    }

    private void header(char kind, int number) throws IOException {
        out.write((kind + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    void flush() throws IOException {
        out.flush();
    }

    /** @throws IOException also for an error reply */
    @Nullable
    Object receive() throws IOException {
        int kind = in.read();
        String line = line();
        return switch (kind) {
            case '+' -> line;
            case ':' -> Long.valueOf(line);
            case '-' -> throw new IOException("Valkey refuses: " + line);
            case '$' -> bulk(Integer.parseInt(line));
            case '*' -> array(Integer.parseInt(line));
            default -> throw new EOFException("Valkey has closed the connection");
        };
    }

    private @Nullable String bulk(int size) throws IOException {
        if (size < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size || in.read() != '\r' || in.read() != '\n') {
            throw new EOFException("a reply is cut off");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private List<@Nullable Object> array(int size) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elements.add(receive());
        }
        return elements;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = in.read()) >= 0 && b != '\r') {
            line.append((char) b);
        }
        if (b >= 0) {
            b = in.read();
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
