package dev.jobstream.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;

/** A real HAProxy before a server of the test's, on a free port, with TLS, HTTP/2 and HTTP/1.1. */
public final class HaProxy implements AutoCloseable {

    /** HAProxy itself has none; these are those of the configuration that Debian and its own documentation ship. */
    public static final List<String> USUAL_TIMEOUTS =
            List.of("timeout connect 5000", "timeout client 50000", "timeout server 50000");

    private final ChildProcess process;
    private final int port;

    private HaProxy(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The program; empty if this machine has none. */
    public static Optional<Path> binary() {
        return ChildProcess.program("haproxy");
    }

    /** @param defaults what stands in the section {@code defaults} beyond {@code mode http} */
    public static HaProxy start(Path binary, SelfSigned certificate, int upstream, List<String> defaults)
            throws IOException, GeneralSecurityException {
        int port = LocalPort.free();
        Path configuration = Files.writeString(
                ChildProcess.temporaryDirectory("jobstream-haproxy-").resolve("haproxy.cfg"),
                """
                defaults
                  mode http
                  %s
                frontend sealed
                  bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1
                  default_backend nodes
                backend nodes
                  server node 127.0.0.1:%d
                """.formatted(String.join("\n  ", defaults), port, certificate.pem(), upstream));
        ChildProcess process =
                ChildProcess.start(List.of(binary.toString(), "-db", "-f", configuration.toString()), null);
        HaProxy proxy = new HaProxy(process, port);
        LocalPort.await(port);
        return proxy;
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.close();
    }
}
