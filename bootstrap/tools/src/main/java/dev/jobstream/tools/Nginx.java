package dev.jobstream.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** A real nginx before a server of the test's, on a free port and with a configuration of its own. */
public final class Nginx implements AutoCloseable {

    private final ChildProcess process;
    private final Path directory;
    private final int port;

    private Nginx(ChildProcess process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** The program; empty if this machine has none. */
    public static Optional<Path> binary() {
        return ChildProcess.program("nginx");
    }

    /** @param settings of the location, beyond where to pass requests */
    public static Nginx start(Path binary, int upstream, String... settings) throws IOException {
        return start(binary, List.of(upstream), settings);
    }

    /** Before several servers, which take turns. */
    public static Nginx start(Path binary, List<Integer> upstreams, String... settings) throws IOException {
        return start(binary, port -> """
                upstream nodes {
                  %s
                }
                server {
                  listen 127.0.0.1:%d;
                  location / {
                    proxy_pass http://nodes;
                    %s
                  }
                }
                """.formatted(
                        upstreams.stream()
                                .map(upstream -> "server 127.0.0.1:" + upstream + ";")
                                .collect(Collectors.joining(" ")),
                        port,
                        String.join("\n", settings)));
    }

    /** @param servers what stands in the block {@code http}: servers, one of which listens on the port that is given */
    public static Nginx start(Path binary, IntFunction<String> servers) throws IOException {
        return start(binary, List.of(), servers);
    }

    /** @param modules that it loads */
    public static Nginx start(Path binary, List<Path> modules, IntFunction<String> servers) throws IOException {
        int port = LocalPort.free();
        Path directory = ChildProcess.temporaryDirectory("jobstream-nginx-");
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                %s
                daemon off;
                master_process off;
                worker_processes 1;
                pid nginx.pid;
                events {}
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  %s
                }
                """.formatted(
                modules.stream().map(module -> "load_module " + module + ";").collect(Collectors.joining("\n")),
                servers.apply(port)));
        ChildProcess process = ChildProcess.start(
                List.of(
                        binary.toString(),
                        "-p",
                        directory.toString(),
                        "-e",
                        directory.resolve("error.log").toString(),
                        "-c",
                        configuration.toString()),
                null);
        Nginx nginx = new Nginx(process, directory, port);
        LocalPort.await(port);
        return nginx;
    }

    public int port() {
        return port;
    }

    /** What nginx has complained about. */
    public String errors() throws IOException {
        return Files.readString(directory.resolve("error.log"));
    }

    @Override
    public void close() {
        process.signal("TERM");
        process.awaitExit();
    }
}
