package dev.jobstream.conformance;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The command. */
public final class Main {

    private static final String HELP = """
            Usage: java -jar jobstream-conformance.jar [option…] URL

            Checks the server of job event streams at URL, as http://localhost:8080/runner-jobs,
            for docs/protocol.md. It makes jobs of its own there, publishes to them and watches them.

              --section N,…        these sections or checks alone, as in 3,9.1
              --list               lists all checks, and the words that each holds a server to
              --junit FILE         writes the results as JUnit's XML, too
              --timeout SECONDS    waits so long for what must come (10)
              --heartbeat SECONDS  waits so long for a heartbeat (30)
              --retained N         publishes more than so many events to see what a lost one is told by (10000)
              --job-prefix TEXT    what the names of the jobs begin with (conformance-)
              --no-publish         asks only what needs no event

              --stream-url URL     where another server has its stream, with {job} in it
              --publish-url URL    where it takes events
              --publish-as FORM    batch: an array in a request; single: an event in a request; data: the data
                                   alone, the type in the header X-EventSource-Event (batch)

            From the environment: JOBSTREAM_TOKEN to watch and publish, or JOBSTREAM_PUBLISH_TOKEN to publish;
            JOBSTREAM_DENIED_TOKEN, which may not read these jobs.

            Exit status: 0 nothing failed, 1 something did, 2 the checks could not be run.
            """;

    private Main() {}

    /** Runs the checks, and ends the JVM with the exit status. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(List.of(arguments), System.getenv(), out, err));
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            Options options = Options.parse(arguments, environment);
            if (options.help()) {
                out.print(HELP);
                return 0;
            }
            if (options.list()) {
                out.print(Report.list());
                return 0;
            }
            if (options.base() == null) {
                throw new Options.UsageException("there is no URL");
            }
            List<Result> results = Suite.run(options);
            if (results.isEmpty()) {
                throw new Options.UsageException("there is no such section");
            }
            out.print(Report.of(results));
            Path junit = options.junit();
            if (junit != null) {
                JunitReport.write(junit, results);
            }
            return Report.count(results, Result.Outcome.FAILED) == 0 ? 0 : 1;
        } catch (Options.UsageException e) {
            err.println(e.getMessage() + " (--help tells how it is used)");
            return 2;
        } catch (IOException e) {
            err.println("The file could not be written: " + e);
            return 2;
        }
    }
}
