package dev.jobstream.tools;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The curl of this machine. */
public final class Curl {

    private Curl() {}

    /**
     * Runs it until it ends.
     *
     * @param arguments besides {@code -sSN}
     * @return what it has printed; empty, which is said, where there is no curl
     * @throws IllegalStateException with what it has printed, if it does not end well
     */
    public static Optional<String> print(String... arguments) throws IOException, InterruptedException {
        if (ChildProcess.program("curl").isEmpty()) {
            NotTested.say("curl. There is none on this machine");
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of("curl", "-sSN"));
        command.addAll(List.of(arguments));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = curl.waitFor();
        if (status != 0) {
            throw new IllegalStateException("curl has ended with " + status + ": " + printed);
        }
        return Optional.of(printed);
    }
}
