package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.parity.Parity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Of route configurations on both sides of the line ours takes and refuses what Envoy does.
final class RouteVerdictTest {
    private static final Path CASES =
            Path.of("src", "test", "resources", "verdicts", "routes.yaml");

    @Test
    @Parity("bootstrap.validate.routes")
    void oursTakesAndRefusesWhatEnvoyDoes() throws Exception {
        assertThat(Verdicts.differences(CASES, RouteVerdictTest::bootstrap)).isEmpty();
    }

    private static String bootstrap(Map<String, Object> part) {
        Map<String, Object> match = new LinkedHashMap<>(Map.of("prefix", "/"));
        put(match, part.get("match"));
        Map<String, Object> route = new LinkedHashMap<>(Map.of("match", match));
        if (part.containsKey("redirect")) {
            route.put("redirect", part.get("redirect"));
        } else if (part.containsKey("direct")) {
            route.put("direct_response", part.get("direct"));
        } else {
            Map<String, Object> action = new LinkedHashMap<>(Map.of("cluster", "upstream"));
            put(action, part.get("action"));
            if (part.containsKey("retry")) {
                action.put("retry_policy", part.get("retry"));
            }
            route.put("route", action);
        }
        put(route, part.get("route"));
        Map<String, Object> host =
                new LinkedHashMap<>(
                        Map.of("name", "all", "domains", List.of("*"), "routes", List.of(route)));
        put(host, part.get("host"));
        Map<String, Object> config =
                part.get("config") == null
                        ? Map.of()
                        : CaseReader.map(part.getOrDefault("config", Map.of()));
        return new Placeholders(9, 9, 9, Path.of("/dev/null"))
                .fill(
                        StandardBootstrap.of(
                                        List.of(host),
                                        List.of(),
                                        List.of(),
                                        part.containsKey("scoped")
                                                ? Map.of("scoped_routes", scoped(part))
                                                : Map.of(),
                                        Map.of(),
                                        config)
                                .replace("FIVE_THOUSAND_LETTERS", "x".repeat(5000)));
    }

    /// Scopes that are well but for what the case says of them, of one of them, or of the
    /// extractor.
    private static Map<String, Object> scoped(Map<String, Object> part) {
        Map<String, Object> scope =
                new LinkedHashMap<>(
                        Map.of(
                                "name",
                                "one",
                                "key",
                                Map.of("fragments", List.of(Map.of("string_key", "a"))),
                                "route_configuration",
                                Map.of("name", "routes")));
        put(scope, part.get("scope"));
        Map<String, Object> extractor = new LinkedHashMap<>(Map.of("name", "x-a", "index", 0));
        put(extractor, part.get("extractor"));
        Map<String, Object> scoped = new LinkedHashMap<>();
        scoped.put("name", "scopes");
        scoped.put(
                "scope_key_builder",
                Map.of("fragments", List.of(Map.of("header_value_extractor", extractor))));
        scoped.put(
                "scoped_route_configurations_list",
                Map.of("scoped_route_configurations", List.of(scope)));
        put(scoped, part.get("scoped"));
        return scoped;
    }

    /// Null takes a field away.
    private static void put(
            Map<String, Object> into, @org.jspecify.annotations.Nullable Object part) {
        CaseReader.map(part == null ? Map.of() : part)
                .forEach((name, value) -> {
                    if (value == null) {
                        into.remove(name);
                    } else {
                        into.put(name, value);
                    }
                });
    }
}
