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
import java.util.List;
import java.util.Set;
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

    THE_FEED_KNOWS_ONLY_THE_DOMAIN(root -> allowed(root + ".application.feed..", root + ".domain..")),

    THE_MEMORY_TRANSPORT_KNOWS_ONLY_THE_DOMAIN(root -> allowed(root + ".application.memory..", root + ".domain..")),

    /** What package privacy kept before the feed had a package of its own. */
    ONLY_THE_APPLICATION_KNOWS_FEEDS(root -> noClasses()
            .that(resideOutsideOfPackage(root + ".application.."))
            .should()
            .dependOnClassesThat(resideInAPackage(root + ".application.feed..").and(isTheApplicationsOwn()))),

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
            "javax.net.ssl", // What a failed handshake throws, to be told in plain words.
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

    THE_AUTO_CONFIGURATION_KNOWS_NEITHER_CONTAINER_NOR_STANDALONE(root -> allowed(
            List.of(root + ".bootstrap.autoconfigure..", root + ".bootstrap.observability.."),
            root + ".adapters..",
            root + ".application..",
            root + ".domain..",
            "org.springframework.beans..",
            "org.springframework.boot.actuate..",
            "org.springframework.boot.autoconfigure..",
            "org.springframework.boot.context..",
            "org.springframework.boot.convert..",
            "org.springframework.boot.health..",
            "org.springframework.context..",
            "org.springframework.core..",
            "org.springframework.data.redis..",
            "org.springframework.http.server..",
            "org.springframework.security..",
            // A host publishes with its transactions, where it has some.
            "org.springframework.transaction.support",
            "org.springframework.util..",
            "org.springframework.web..",
            "io.lettuce.core..",
            "io.netty.util.concurrent",
            "io.micrometer.core..",
            "io.micrometer.observation..",
            "jakarta.servlet.http",
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

    NO_PACKAGE_KNOWS_THE_ONE_ABOVE_IT(
            root -> classes().that().resideInAPackage(root + "..").should(knowNothingAbove())),

    NO_CONSTRUCTOR_TAKES_MORE_THAN_SEVEN_ARGUMENTS(
            root -> classes().that().resideInAPackage(root + "..").should(haveShortConstructors())),

    PACKAGES_HAVE_NO_CYCLES(root -> slices().matching(root + ".(**)").should().beFreeOfCycles()),

    ONLY_THE_BOOTSTRAP_WRITES_TO_THE_CONSOLE(root -> noClasses()
            .that(resideOutsideOfPackage(root + ".bootstrap.."))
            .should(ACCESS_STANDARD_STREAMS)
            .orShould(USE_JAVA_UTIL_LOGGING));

    /** Of the feed: what a format writes, what a setting sets, and the clock. */
    private static final Set<String> OF_THE_FEED_FOR_ALL =
            Set.of("EventBatch", "FeedMetrics", "FeedSettings", "StreamClock");

    private static final int MOST_ARGUMENTS = 7;

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
        return allowed(List.of(module), others);
    }

    private static ArchRule allowed(List<String> modules, String... others) {
        Stream<String> java = Object.class.getModule().getPackages().stream().filter(name -> name.startsWith("java."));
        String[] list = Stream.of(modules.stream(), Stream.of("org.jspecify.annotations"), Stream.of(others), java)
                .flatMap(names -> names)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAnyPackage(modules.toArray(String[]::new))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(list));
    }

    private static DescribedPredicate<JavaClass> isTheApplicationsOwn() {
        return DescribedPredicate.describe(
                "are the application's own", type -> !OF_THE_FEED_FOR_ALL.contains(outermost(type)));
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(HexagonRule::outermost).orElse(type.getSimpleName());
    }

    private static ArchCondition<JavaClass> knowNothingAbove() {
        return new ArchCondition<>("know nothing of the packages above") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> type.getPackageName()
                                .startsWith(dependency.getTargetClass().getPackageName() + "."))
                        .filter(dependency ->
                                !dependency.getTargetClass().getPackageName().isEmpty())
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
            }
        };
    }

    private static ArchCondition<JavaClass> haveShortConstructors() {
        return new ArchCondition<>("have constructors of at most " + MOST_ARGUMENTS + " arguments") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (type.isEnum() || type.isAnonymousClass()) {
                    return; // Theirs have arguments that nobody wrote.
                }
                type.getConstructors().stream()
                        .filter(made -> made.getRawParameterTypes().size() > MOST_ARGUMENTS)
                        .forEach(made -> events.add(SimpleConditionEvent.violated(type, made.getDescription())));
            }
        };
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
