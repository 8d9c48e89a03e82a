package dev.jobstream.tools;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
public final class Resp implements AutoCloseable {

    /** An error reply. */
    public static final class Refused extends IOException {

        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private static final int BUFFER = 64 * 1024;
    private static final int CONNECT_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final InputStream in;

    public Resp(String host, int port) throws IOException {
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
            in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** To a server on this machine. */
    public Resp(int port) throws IOException {
        this("127.0.0.1", port);
    }

    /** Sends one command and waits for its reply: {@code String}, {@code Long}, {@code List} or {@code null}. */
    public @Nullable Object call(String... words) throws IOException {
        send(words);
        flush();
        return receive();
    }

    /** Sends one command, whose reply is to be {@link #receive received}. */
    public void send(String... words) throws IOException {
        send(words.length);
        for (String word : words) {
            send(word.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Begins a command of so many arguments, each to be sent by {@link #send(byte[])}. */
    public void send(int arguments) throws IOException {
        header('*', arguments);
    }

    public void send(byte[] argument) throws IOException {
        header('$', argument.length);
        out.write(argument);
        out.write('\r');
        out.write('\n');
    }

    private void header(char kind, int number) throws IOException {
        out.write((kind + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    public void flush() throws IOException {
        out.flush();
    }

    /**
     * Waits for a reply.
     *
     * @throws Refused if it is an error
     */
    public @Nullable Object receive() throws IOException {
        int kind = in.read();
        String line = line();
        return switch (kind) {
            case '+' -> line;
            case ':' -> Long.valueOf(line);
            case '-' -> throw new Refused(line);
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
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
