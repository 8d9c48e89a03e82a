package dev.jobstream.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.tools.ScriptedServer;
import dev.jobstream.tools.ScriptedServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command: its words, its files, its exit status. */
class MainTest {

    private static final int SCREEN_LINES = 40;
    private static final int SCREEN_COLUMNS = 110;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return Main.run(
                List.of(arguments), Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private static String uri(ScriptedServer server) {
        return "http://127.0.0.1:" + server.uri().getPort() + "/runner-jobs";
    }

    @Test
    void helpFitsOnAScreen() {
        assertThat(run("--help")).isZero();
        List<String> lines = out.toString(UTF_8).lines().toList();
        assertThat(lines).hasSizeLessThan(SCREEN_LINES).allMatch(line -> line.length() <= SCREEN_COLUMNS);
    }

    @Test
    void listsEachCheckWithItsRule() {
        assertThat(run("--list")).isZero();
        assertThat(out.toString(UTF_8)).contains("3.2   resumes after an id", "“resume strictly after this event”");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://localhost/x",
                "http://a/x http://b/x",
                "--unknown http://localhost/x",
                "--timeout 0 http://localhost/x",
                "--timeout",
                "--section 3.x http://localhost/x",
                "--section 99 http://localhost/x",
                "--stream-url http://localhost/x http://localhost/x",
                "--publish-as mail http://localhost/x",
                "--job-prefix a/b http://localhost/x"
            })
    void endsWith2WhereItCannotBeUnderstood(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(out.size()).isZero();
        assertThat(err.toString(UTF_8)).contains("--help");
    }

    @Test
    void endsWith0WhereNothingFails() throws IOException {
        try (ScriptedServer server = new ScriptedServer(Answer.stream("retry: 1\n: x\n\n"))) {
            assertThat(run("--section", "1.4", uri(server))).isZero();
        }
        assertThat(out.toString(UTF_8)).contains("1.4   passed", "1 passed, 0 failed, 0 skipped");
    }

    @Test
    void endsWith1WhereSomethingFailsAndTellsWhat(@TempDir Path directory) throws Exception {
        Path junit = directory.resolve("report.xml");
        try (ScriptedServer server = new ScriptedServer(Answer.stream("data: \u001b[31m<&\u202e\n\n"))) {
            assertThat(run("--section", "1.4", "--junit", junit.toString(), uri(server)))
                    .isEqualTo(1);
        }
        assertThat(out.toString(UTF_8))
                .contains("1.4   FAILED", "expected retry: in the first block", "\\u{1b}[31m<&\\u{202e}")
                .doesNotContain("\u001b", "\u202e");
        assertThat(Files.readString(junit))
                .contains("failures=\"1\"", "&lt;&amp;")
                .doesNotContain("\u001b");
    }

    @Test
    void whatCannotBeAskedIsSkipped() throws IOException {
        try (ScriptedServer server = new ScriptedServer(Answer.stream("retry: 1\n\n"))) {
            assertThat(run("--no-publish", "--section", "1.6,9.1", uri(server))).isZero();
        }
        assertThat(out.toString(UTF_8)).contains("1.6   skipped", "--no-publish", "9.1   skipped", "no token");
    }

    @Test
    void aServerThatIsNotThereFails() throws IOException {
        int port;
        try (ServerSocket probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        assertThat(run("--section", "1.1", "http://127.0.0.1:" + port + "/runner-jobs"))
                .isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("expected an answer to GET");
    }
}
