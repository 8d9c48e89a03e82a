package dev.jobstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jobstream.domain.JobId;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages that need nothing of this module but themselves. */
class CompilesAloneTest {

    @ParameterizedTest
    @ValueSource(strings = {"feed", "memory"})
    void compilesWithTheDomainAlone(String name, @TempDir Path output) throws Exception {
        assertThat(errors(name, output)).isEmpty();
    }

    private static List<String> errors(String name, Path output) throws IOException, URISyntaxException {
        Path sources = Path.of("src", "main", "java", "dev", "jobstream", "application", name);
        List<File> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(sources)) {
            all.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::toFile)
                    .forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThan(2);
        String classPath = Stream.of(locationOf(JobId.class), locationOf(NullMarked.class))
                .collect(Collectors.joining(File.pathSeparator));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(problems, null, null)) {
            compiler.getTask(
                            null,
                            manager,
                            problems,
                            List.of("-proc:none", "-d", output.toString(), "-cp", classPath),
                            null,
                            manager.getJavaFileObjectsFromFiles(files))
                    .call();
        }
        return problems.getDiagnostics().stream()
                .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
    }

    private static String locationOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
