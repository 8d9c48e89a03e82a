package dev.jobstream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {

    private static final String ROOT = "dev.jobstream";

    /** Production classes only. */
    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(
                    location -> !location.contains("/test-classes/") && !location.contains("/dev/jobstream/tools/"))
            .importPackages(ROOT);

    @ParameterizedTest
    @EnumSource
    void holds(HexagonRule rule) {
        assertThat(rule.evaluate(ROOT, PRODUCTION).getFailureReport().getDetails())
                .isEmpty();
    }

    /** Rules say nothing of a package that is misspelt or missing from the class path. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "domain",
                "application",
                "application.feed",
                "application.memory",
                "adapters.redis",
                "adapters.web.watching",
                "bootstrap.autoconfigure",
                "bootstrap.observability",
                "bootstrap.standalone"
            })
    void everyModuleIsLookedAt(String module) {
        assertThat(PRODUCTION)
                .filteredOn(type -> type.getPackageName().equals(ROOT + "." + module))
                .as("classes of %s", module)
                .hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JobIdTest", "HexagonRule", "ArchitectureTest"})
    void testsAreNotLookedAt(String test) {
        assertThat(PRODUCTION).extracting(type -> type.getSimpleName()).doesNotContain(test);
    }
}
