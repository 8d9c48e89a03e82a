package dev.jobstream.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.Jdk;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The program as it is released: one jar, with nothing beside it. */
class PackagedIT {

    @Test
    void runsByItself() throws Exception {
        Process program = new ProcessBuilder(Jdk.running().tool("java"), "-jar", "jobstream-conformance.jar", "--list")
                .directory(Path.of("target").toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(program.getInputStream().readAllBytes(), UTF_8);
        assertThat(program.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(program.exitValue()).isZero();
        assertThat(out).contains("3.2   resumes after an id");
        assertThat(Example.file("stream.sse")).startsWith("retry: ");
    }
}
