package dev.jobstream.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** A JDK that servers can run on. */
public record Jdk(Path home, int feature) {

    private static final Path PLACE = Path.of("/usr/lib/jvm");

    /** The one that runs this. */
    public static Jdk running() {
        return new Jdk(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    /** The one that runs this and the newest one to be found, if that is newer. */
    public static List<Jdk> oldAndNew() {
        List<Jdk> found = new ArrayList<>();
        try (Stream<Path> homes = Files.isDirectory(PLACE) ? Files.list(PLACE) : Stream.empty()) {
            homes.filter(home ->
                            Files.isExecutable(home.resolve("bin/jcmd")) && Files.isReadable(home.resolve("release")))
                    .forEach(home -> found.add(new Jdk(home, featureOf(home))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Jdk running = running();
        return found.stream()
                .filter(jdk -> jdk.feature > running.feature)
                .max(Comparator.comparingInt(Jdk::feature))
                .map(newest -> List.of(running, newest))
                .orElse(List.of(running));
    }

    private static int featureOf(Path home) {
        Properties release = new Properties();
        try (var in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Runtime.Version.parse(release.getProperty("JAVA_VERSION").replace("\"", ""))
                .feature();
    }

    /** The path of one of its programs. */
    public String tool(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    @Override
    public String toString() {
        return "JDK " + feature;
    }
}
