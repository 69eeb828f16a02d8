package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.pilot.translate.security.RbacTranslation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Istio's own expectations of its authorization policies. Confined to one test thread.
///
/// Policies with fields that are not served are refused by Galley and so left out here; the rest
/// has to be equal word for word.
final class IstioAuthorizationTest {
    @ParameterizedTest
    @CsvSource({
        "http/multiple-policies, 5",
        "http/deny-empty-rule, 1",
        "http/allow-empty-rule, 1",
    })
    void policiesAreTranslatedAsByIstio(String name, int served, @TempDir Path scratch)
            throws IOException {
        Path cases = OutsideCases.required("istio-authz-builder");
        List<AuthorizationPolicy> policies = new ArrayList<>();
        String input = Files.readString(cases.resolve(name + "-in.yaml"));
        for (String document : List.of(input.split("(?m)^---\n", -1))) {
            policies.addAll(served(document, scratch));
        }

        Map<String, Object> expected =
                policies(XdsYaml.load(Files.readString(cases.resolve(name + "-out.yaml"))));
        Map<String, Object> found = policies(XdsYaml.of(RbacTranslation.http(policies).getFirst()));

        assertThat(policies).hasSize(served);
        expected.keySet().retainAll(found.keySet());
        assertThat(found).hasSize(served).isEqualTo(expected);
    }

    private static List<AuthorizationPolicy> served(String document, Path scratch)
            throws IOException {
        Path file = Files.writeString(scratch.resolve("policy.yaml"), document);
        Report report = Galley.check(List.of(file));
        return report.diagnostics().stream().anyMatch(d -> d.severity() == Severity.ERROR)
                ? List.of()
                : report.resources().values().stream()
                        .map(Sourced::value)
                        .map(AuthorizationPolicy.class::cast)
                        .toList();
    }

    private static Map<String, Object> policies(Object filter) {
        @SuppressWarnings("unchecked")
        Map<String, Object> policies =
                (Map<String, Object>) get(get(get(filter, "typedConfig"), "rules"), "policies");
        return new TreeMap<>(policies);
    }

    private static Object get(Object map, String key) {
        return Objects.requireNonNull(((Map<?, ?>) map).get(key), key);
    }
}
