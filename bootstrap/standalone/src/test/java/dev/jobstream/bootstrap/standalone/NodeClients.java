package dev.jobstream.bootstrap.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.NotTested;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Clients that npm brings, run by node, where both are there. */
final class NodeClients {

    static final Path DIRECTORY = Path.of("src", "test", "clients").toAbsolutePath();

    /** The oldest that npm's eventsource runs on. */
    private static final int OLDEST_NODE = 20;

    private NodeClients() {}

    /** Says so where they are not. */
    static boolean areThere() {
        if (isNodeNewEnough() && Files.isDirectory(DIRECTORY.resolve("node_modules"))) {
            return true;
        }
        NotTested.say("npm's clients. There is no node from 20 on, or `npm ci` was not run in " + DIRECTORY);
        return false;
    }

    static List<String> command(String script, String... arguments) {
        return command("node", script, arguments);
    }

    static List<String> command(String program, String script, String[] arguments) {
        return Stream.concat(Stream.of(program, DIRECTORY.resolve(script).toString()), Stream.of(arguments))
                .toList();
    }

    private static boolean isNodeNewEnough() {
        if (ChildProcess.program("node").isEmpty()) {
            return false;
        }
        try {
            Process node = new ProcessBuilder("node", "-p", "process.versions.node").start();
            String version = new String(node.getInputStream().readAllBytes(), UTF_8);
            return Integer.parseInt(version.substring(0, version.indexOf('.'))) >= OLDEST_NODE;
        } catch (IOException e) {
            return false;
        }
    }
}
