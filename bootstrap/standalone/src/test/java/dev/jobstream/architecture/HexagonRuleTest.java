package dev.jobstream.architecture;

import static dev.jobstream.architecture.HexagonRule.EVERY_CLASS_BELONGS_TO_A_MODULE;
import static dev.jobstream.architecture.HexagonRule.EVERY_PACKAGE_IS_NULL_MARKED;
import static dev.jobstream.architecture.HexagonRule.NOBODY_KNOWS_THE_BOOTSTRAP;
import static dev.jobstream.architecture.HexagonRule.NOTHING_IS_INJECTED_INTO_FIELDS;
import static dev.jobstream.architecture.HexagonRule.NO_CONSTRUCTOR_TAKES_MORE_THAN_SEVEN_ARGUMENTS;
import static dev.jobstream.architecture.HexagonRule.NO_PACKAGE_KNOWS_THE_ONE_ABOVE_IT;
import static dev.jobstream.architecture.HexagonRule.ONLY_THE_APPLICATION_KNOWS_FEEDS;
import static dev.jobstream.architecture.HexagonRule.ONLY_THE_BOOTSTRAP_WRITES_TO_THE_CONSOLE;
import static dev.jobstream.architecture.HexagonRule.ONLY_WEB_CONTROLLERS_ARE_FOUND_BY_SCANNING;
import static dev.jobstream.architecture.HexagonRule.PACKAGES_HAVE_NO_CYCLES;
import static dev.jobstream.architecture.HexagonRule.THE_APPLICATION_KNOWS_ONLY_THE_DOMAIN;
import static dev.jobstream.architecture.HexagonRule.THE_AUTO_CONFIGURATION_KNOWS_NEITHER_CONTAINER_NOR_STANDALONE;
import static dev.jobstream.architecture.HexagonRule.THE_DOMAIN_KNOWS_ONLY_JAVA;
import static dev.jobstream.architecture.HexagonRule.THE_FEED_KNOWS_ONLY_THE_DOMAIN;
import static dev.jobstream.architecture.HexagonRule.THE_MEMORY_TRANSPORT_KNOWS_ONLY_THE_DOMAIN;
import static dev.jobstream.architecture.HexagonRule.THE_REDIS_ADAPTER_KNOWS_THE_DOMAIN_AND_SPRING_DATA;
import static dev.jobstream.architecture.HexagonRule.THE_WEB_ADAPTER_KNOWS_THE_APPLICATION_AND_SPRING_WEB;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shows of each rule that it can fail, on small hexagons that break it. */
class HexagonRuleTest {

    /** A hexagon that breaks exactly these rules, through one class. */
    record Fixture(String name, String culprit, Set<HexagonRule> broken) {

        static Fixture of(String name, String culprit, HexagonRule... broken) {
            return new Fixture(name, culprit, Set.of(broken));
        }

        String root() {
            return HexagonRuleTest.class.getPackageName() + ".fixtures." + name;
        }

        JavaClasses classes() {
            return new ClassFileImporter().importPackages(root());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Fixture> fixtures() {
        return Stream.of(
                Fixture.of("sound", ""),
                Fixture.of("straypackage", "util.", EVERY_CLASS_BELONGS_TO_A_MODULE),
                Fixture.of("domainusesspring", "domain.Order", THE_DOMAIN_KNOWS_ONLY_JAVA),
                Fixture.of("domainusesjackson", "domain.Order", THE_DOMAIN_KNOWS_ONLY_JAVA),
                Fixture.of("domainusesapplication", "domain.Order", THE_DOMAIN_KNOWS_ONLY_JAVA),
                Fixture.of("applicationlogs", "application.Orders", THE_APPLICATION_KNOWS_ONLY_THE_DOMAIN),
                Fixture.of("applicationusesspring", "application.Orders", THE_APPLICATION_KNOWS_ONLY_THE_DOMAIN),
                Fixture.of(
                        "redisusesapplication",
                        "adapters.redis.Journal",
                        THE_REDIS_ADAPTER_KNOWS_THE_DOMAIN_AND_SPRING_DATA),
                Fixture.of(
                        "redisusesweb", "adapters.redis.Journal", THE_REDIS_ADAPTER_KNOWS_THE_DOMAIN_AND_SPRING_DATA),
                Fixture.of(
                        "redisisaservice",
                        "adapters.redis.Journal",
                        THE_REDIS_ADAPTER_KNOWS_THE_DOMAIN_AND_SPRING_DATA,
                        ONLY_WEB_CONTROLLERS_ARE_FOUND_BY_SCANNING),
                Fixture.of(
                        "webusesredis",
                        "adapters.web.OrdersController",
                        THE_WEB_ADAPTER_KNOWS_THE_APPLICATION_AND_SPRING_WEB),
                Fixture.of(
                        "webusesboot",
                        "adapters.web.OrdersController",
                        THE_WEB_ADAPTER_KNOWS_THE_APPLICATION_AND_SPRING_WEB),
                Fixture.of(
                        "webusesbootstrap",
                        "adapters.web.OrdersController",
                        THE_WEB_ADAPTER_KNOWS_THE_APPLICATION_AND_SPRING_WEB,
                        NOBODY_KNOWS_THE_BOOTSTRAP),
                Fixture.of("webisacomponent", "adapters.web.OrdersFilter", ONLY_WEB_CONTROLLERS_ARE_FOUND_BY_SCANNING),
                Fixture.of("bootstrapinjectsfields", "bootstrap.Wiring", NOTHING_IS_INJECTED_INTO_FIELDS),
                Fixture.of(
                        "feedusessession",
                        "application.feed.Feed",
                        THE_FEED_KNOWS_ONLY_THE_DOMAIN,
                        NO_PACKAGE_KNOWS_THE_ONE_ABOVE_IT),
                Fixture.of("memoryusesfeed", "application.memory.Store", THE_MEMORY_TRANSPORT_KNOWS_ONLY_THE_DOMAIN),
                Fixture.of("webusesfeed", "adapters.web.OrdersController", ONLY_THE_APPLICATION_KNOWS_FEEDS),
                Fixture.of(
                        "autoconfigureusesstandalone",
                        "bootstrap.autoconfigure.Wiring",
                        THE_AUTO_CONFIGURATION_KNOWS_NEITHER_CONTAINER_NOR_STANDALONE),
                Fixture.of("longconstructor", "domain.Order", NO_CONSTRUCTOR_TAKES_MORE_THAN_SEVEN_ARGUMENTS),
                Fixture.of("notnullmarked", "domain.Order", EVERY_PACKAGE_IS_NULL_MARKED),
                Fixture.of("cyclicpackages", "domain.order.Order", PACKAGES_HAVE_NO_CYCLES),
                Fixture.of("webprints", "adapters.web.OrdersController", ONLY_THE_BOOTSTRAP_WRITES_TO_THE_CONSOLE),
                Fixture.of(
                        "webuseslogging",
                        "adapters.web.OrdersController",
                        THE_WEB_ADAPTER_KNOWS_THE_APPLICATION_AND_SPRING_WEB,
                        ONLY_THE_BOOTSTRAP_WRITES_TO_THE_CONSOLE));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void aFixtureBreaksItsRulesAndNoOtherAndTheFailureNamesTheCulprit(Fixture fixture) {
        JavaClasses classes = fixture.classes();
        assertThat(classes).isNotEmpty();

        Map<HexagonRule, List<String>> broken = new EnumMap<>(HexagonRule.class);
        for (HexagonRule rule : HexagonRule.values()) {
            EvaluationResult result = rule.evaluate(fixture.root(), classes);
            if (result.hasViolation()) {
                broken.put(rule, result.getFailureReport().getDetails());
            }
        }

        assertThat(broken).containsOnlyKeys(fixture.broken());
        assertThat(broken.values())
                .allSatisfy(details -> assertThat(details)
                        .isNotEmpty()
                        .allMatch(detail -> detail.contains(fixture.root() + "." + fixture.culprit())));
    }

    @Test
    void everyRuleHasAFixture() {
        assertThat(fixtures().flatMap(fixture -> fixture.broken().stream()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(HexagonRule.values());
    }
}
