package dev.jobstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A JDK on this machine.
 *
 * @param home its directory
 * @param feature its feature release, such as 25
 */
record Jdk(Path home, int feature) {

    private static final List<Path> PLACES = List.of(
            Path.of("/usr/lib/jvm"),
            Path.of(System.getProperty("user.home"), ".sdkman", "candidates", "java"),
            Path.of(System.getProperty("user.home"), ".jdks"));

    /** The one that runs this. */
    static Jdk running() {
        return new Jdk(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    /** The newest one to be found; this one if there is none that is newer. */
    static Jdk newest() {
        List<Jdk> found = new ArrayList<>(List.of(running()));
        for (Path place : PLACES) {
            try (Stream<Path> homes = Files.isDirectory(place) ? Files.list(place) : Stream.<Path>empty()) {
                for (Path home : homes.toList()) {
                    if (Files.isExecutable(home.resolve("bin/jcmd")) && Files.isReadable(home.resolve("release"))) {
                        found.add(new Jdk(home, featureOf(home)));
                    }
                }
            } catch (IOException e) {
                // A place that cannot be read has none.
            }
        }
        // The first of equals, so that this one is preferred.
        found.sort(Comparator.comparingInt(Jdk::feature).reversed());
        return found.get(0);
    }

    private static int featureOf(Path home) throws IOException {
        Properties release = new Properties();
        try (var in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        }
        String version = release.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "");
        return Runtime.Version.parse(version).feature();
    }

    String tool(String name) {
        return home.resolve("bin").resolve(name).toString();
    }
}
