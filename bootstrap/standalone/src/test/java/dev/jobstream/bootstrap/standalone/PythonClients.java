package dev.jobstream.bootstrap.standalone;

import dev.jobstream.tools.ChildProcess;
import dev.jobstream.tools.NotTested;
import java.nio.file.Files;
import java.util.List;

/** Clients that pip brings, run by Python, where both are there. */
final class PythonClients {

    private PythonClients() {}

    /** Says so where they are not. */
    static boolean areThere() {
        if (ChildProcess.program("python3").isPresent()
                && Files.isDirectory(NodeClients.DIRECTORY.resolve("python_modules"))) {
            return true;
        }
        NotTested.say("pip's clients. There is no python3, or nothing in python_modules of " + NodeClients.DIRECTORY);
        return false;
    }

    static List<String> command(String script, String... arguments) {
        return NodeClients.command("python3", script, arguments);
    }
}
