package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.pilot.scope.TrustDomains;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.security.CustomTranslation;
import io.meltemi.pilot.translate.security.RbacTranslation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Istio's own expectations of its authorization policies, word for word. Confined to one test
/// thread.
final class IstioAuthorizationTest {
    @ParameterizedTest
    @CsvSource({
        "http/allow-empty-rule, 1",
        "http/allow-full-rule, 2",
        "http/deny-empty-rule, 1",
        "http/dry-run-allow, 1",
        "http/multiple-policies, 9",
        "http/single-policy, 2",
        "tcp/allow-only-http, 0",
        "tcp/audit-both-http-tcp, 1",
        "tcp/deny-both-http-tcp, 11",
        "tcp/dry-run-mix, 2",
    })
    void policiesAreTranslatedAsByIstio(String name, int rules, @TempDir Path scratch)
            throws IOException {
        Path cases = OutsideCases.required("istio-authz-builder");
        List<AuthorizationPolicy> policies = read(cases.resolve(name + "-in.yaml"), scratch);

        Message filter =
                name.startsWith("tcp/")
                        ? RbacTranslation.network(policies).getFirst()
                        : RbacTranslation.http(policies).getFirst();

        Map<String, Object> found = policies(XdsYaml.of(filter));
        Map<String, Object> expected =
                policies(XdsYaml.load(Files.readString(cases.resolve(name + "-out.yaml"))));
        assertThat(found).hasSize(rules).isEqualTo(expected);
    }

    @Test
    void policiesOfSeveralProvidersDenyAsByIstio(@TempDir Path scratch) throws IOException {
        Path cases = OutsideCases.required("istio-authz-builder");
        String name = "http/custom-bad-multiple-providers";
        List<AuthorizationPolicy> policies = read(cases.resolve(name + "-in.yaml"), scratch);

        List<HttpFilter> filters =
                CustomTranslation.http(
                        new WorkloadPolicies(policies, new TreeMap<>(), List.of(), List.of()));

        assertThat(filters).hasSize(2);
        for (int i = 0; i < 2; i++) {
            Path expected = cases.resolve(name + "-out" + (i + 1) + ".yaml");
            assertThat(policies(XdsYaml.of(filters.get(i))))
                    .isEqualTo(policies(XdsYaml.load(Files.readString(expected))));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http/simple-policy-td-aliases, cluster.local, 2",
        "http/simple-policy-multiple-td-aliases, cluster.local some-td, 1",
    })
    void principalsAreSpreadOverAliasesAsByIstio(
            String name, String aliases, int rules, @TempDir Path scratch) throws IOException {
        Path cases = OutsideCases.required("istio-authz-builder");
        TrustDomains domains =
                new TrustDomains(
                        Stream.of("td1 " + aliases)
                                .flatMap(all -> Stream.of(all.split(" ", -1)))
                                .map(TrustDomain::new)
                                .toList());
        List<AuthorizationPolicy> policies =
                read(cases.resolve(name + "-in.yaml"), scratch).stream()
                        .map(domains::spread)
                        .toList();

        Message filter = RbacTranslation.http(policies).getFirst();

        assertThat(policies(XdsYaml.of(filter)))
                .hasSize(rules)
                .isEqualTo(
                        policies(
                                XdsYaml.load(Files.readString(cases.resolve(name + "-out.yaml")))));
    }

    private static List<AuthorizationPolicy> read(Path file, Path scratch) throws IOException {
        return MeshYaml.resources(Files.readString(file), scratch).stream()
                .map(AuthorizationPolicy.class::cast)
                .toList();
    }

    /// Those in force and those that are only tried.
    private static Map<String, Object> policies(Object filter) {
        Map<String, Object> policies = new TreeMap<>();
        Map<?, ?> config = (Map<?, ?>) Objects.requireNonNull(get(filter, "typedConfig"));
        for (String kind : List.of("rules", "shadowRules")) {
            Object rules = config.get(kind);
            Object some = rules == null ? null : get(rules, "policies");
            if (some instanceof Map<?, ?> named) {
                named.forEach((name, policy) -> policies.put(kind + " " + name, policy));
            }
        }
        return policies;
    }

    private static @Nullable Object get(Object map, String key) {
        return ((Map<?, ?>) map).get(key);
    }
}
