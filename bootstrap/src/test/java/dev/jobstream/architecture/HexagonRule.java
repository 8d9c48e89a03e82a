package dev.jobstream.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The rules that keep the hexagon one. Each holds for the packages under any root, so that a fixture which imitates them
 * can show that the rule is able to fail. What a module may use is a list of what is allowed: a list of what is not would
 * pass for ever with a misspelt name on it.
 */
enum HexagonRule {
    EVERY_CLASS_BELONGS_TO_A_MODULE(root -> classes()
            .should(ArchCondition.from(resideInAnyPackage(
                    root + ".domain..",
                    root + ".application..",
                    root + ".adapters.redis..",
                    root + ".adapters.web..",
                    root + ".bootstrap..")))),

    THE_DOMAIN_KNOWS_ONLY_JAVA(root -> allowed(root + ".domain..")),

    THE_APPLICATION_KNOWS_ONLY_THE_DOMAIN(root -> allowed(root + ".application..", root + ".domain..")),

    THE_REDIS_ADAPTER_KNOWS_THE_DOMAIN_AND_SPRING_DATA(root -> allowed(
            root + ".adapters.redis..",
            root + ".domain..",
            "org.springframework.data.redis..",
            "org.springframework.data.domain..",
            "org.springframework.dao..",
            "org.springframework.core.io..",
            "org.springframework.util.backoff",
            "io.lettuce.core..",
            "io.netty.channel",
            "io.netty.util.concurrent",
            "org.slf4j")),

    THE_WEB_ADAPTER_KNOWS_THE_APPLICATION_AND_SPRING_WEB(root -> allowed(
            root + ".adapters.web..",
            root + ".application..",
            root + ".domain..",
            "org.springframework.web..",
            "org.springframework.http..",
            "org.springframework.core..",
            "org.springframework.util..",
            "org.springframework.stereotype",
            "jakarta.servlet..",
            "jakarta.websocket..",
            "tools.jackson..",
            "org.slf4j")),

    NOBODY_KNOWS_THE_BOOTSTRAP(root -> noClasses()
            .that(resideOutsideOfPackage(root + ".bootstrap.."))
            .should()
            .dependOnClassesThat(resideInAPackage(root + ".bootstrap.."))),

    ONLY_WEB_CONTROLLERS_ARE_FOUND_BY_SCANNING(root -> noClasses()
            .that(resideOutsideOfPackage(root + ".bootstrap..").and(isNotWebController(root)))
            .should()
            .beMetaAnnotatedWith("org.springframework.stereotype.Component")),

    NOTHING_IS_INJECTED_INTO_FIELDS(root -> noFields()
            .should()
            .beMetaAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
            .orShould()
            .beMetaAnnotatedWith("org.springframework.beans.factory.annotation.Value")
            .orShould()
            .beMetaAnnotatedWith("jakarta.annotation.Resource")
            .orShould()
            .beMetaAnnotatedWith("jakarta.inject.Inject")),

    EVERY_PACKAGE_IS_NULL_MARKED(root -> classes().should(beInANullMarkedPackage())),

    PACKAGES_HAVE_NO_CYCLES(root -> slices().matching(root + ".(**)").should().beFreeOfCycles()),

    ONLY_THE_BOOTSTRAP_WRITES_TO_THE_CONSOLE(root -> noClasses()
            .that(resideOutsideOfPackage(root + ".bootstrap.."))
            .should(ACCESS_STANDARD_STREAMS)
            .orShould(USE_JAVA_UTIL_LOGGING));

    private final Function<String, ArchRule> rule;

    HexagonRule(Function<String, ArchRule> rule) {
        this.rule = rule;
    }

    /** What the classes, whose modules are packages under the root, do against this rule. */
    EvaluationResult evaluate(String root, JavaClasses classes) {
        // Whether there is anything to check is a test of its own: a fixture has only the packages it needs.
        return rule.apply(root).allowEmptyShould(true).evaluate(classes);
    }

    /** The package uses itself, {@code java.base}, the null annotations and the others given, and nothing else. */
    private static ArchRule allowed(String module, String... others) {
        Stream<String> java = Object.class.getModule().getPackages().stream().filter(name -> name.startsWith("java."));
        String[] list = Stream.of(Stream.of(module, "org.jspecify.annotations"), Stream.of(others), java)
                .flatMap(names -> names)
                .toArray(String[]::new);
        return classes().that().resideInAPackage(module).should().onlyDependOnClassesThat(resideInAnyPackage(list));
    }

    private static DescribedPredicate<JavaClass> isNotWebController(String root) {
        return DescribedPredicate.describe(
                "are no web controllers",
                type -> !(resideInAPackage(root + ".adapters.web..").test(type)
                        && Stream.of(
                                        "org.springframework.stereotype.Controller",
                                        "org.springframework.web.bind.annotation.RestController",
                                        "org.springframework.web.bind.annotation.ControllerAdvice",
                                        "org.springframework.web.bind.annotation.RestControllerAdvice")
                                .anyMatch(type::isAnnotatedWith)));
    }

    private static ArchCondition<JavaClass> beInANullMarkedPackage() {
        return new ArchCondition<>("be in a @NullMarked package") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, marked, type.getName() + (marked ? " is" : " is not") + " in a @NullMarked package"));
            }
        };
    }
}
