package io.meltemi.testkit.authorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meltemi.fixtures.Chances;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.AuthorizationPolicy.Action;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.testkit.security.Identities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Policies decide in our proxy what they decide in Envoy: on calls that fit them, and on such with
/// one attribute changed. `-Dauthorization.seed=N` makes other calls, `-Dauthorization.only=TEXT`
/// leaves out variants without it in their names.
final class AuthorizationDecisionsTest {
    private static final long SEED = Long.getLong("authorization.seed", 1);
    private static final int SHOWN = 30;
    private static final String ONLY = System.getProperty("authorization.only", "");

    @Test
    void oursDecidesAsEnvoyOnPoliciesOfItsOwn(@TempDir Path scratch) throws IOException {
        DecisionReport report =
                assertAlike(Path.of("src/test/resources/authorization"), ".yaml", 100, scratch);

        assertThat(report.withoutBoth()).as("values that decide nothing").isEmpty();
    }

    @Test
    void oursDecidesAsEnvoyOnIstiosPolicies(@TempDir Path scratch) throws IOException {
        Path cases = outside("istio-authz-builder");
        assumeTrue(cases != null, "skipped: no shared/data/istio-authz-builder");
        DecisionReport report = assertAlike(Path.of(String.valueOf(cases)), "-in.yaml", 5, scratch);

        // Some of Istio's values fit nothing that can be sent, as paths without a slash.
        assertThat(report.withoutBoth().size()).isLessThan(report.variants().size() / 2);
    }

    /// @param most calls for each value
    private static DecisionReport assertAlike(Path folder, String ending, int most, Path scratch)
            throws IOException {
        Map<String, List<AuthorizationPolicy>> sets = policies(folder, ending, scratch);
        Chances chances = new Chances(SEED);
        List<Variant> requests = new ArrayList<>();
        sets.forEach((name, set) -> requests.addAll(Variant.of(name, set, most, chances)));
        requests.removeIf(each -> !each.name().contains(ONLY));
        List<Variant> connections =
                ofConnections(sets, requests).stream().map(each -> each.some(40, chances)).toList();
        Identities identities = new Identities();
        Issuer issuer = new Issuer();
        String bootstrap = new DecisionBootstrap(identities, issuer).of(requests, connections);

        List<List<String>> envoy;
        try (ProxyUnderTest proxy = ProxyUnderTest.envoy(bootstrap)) {
            envoy = play(new Decisions(proxy.admin(), identities, issuer), requests, connections);
        }
        List<List<String>> ours;
        try (ProxyUnderTest proxy = OurProxy.start(bootstrap)) {
            ours = play(new Decisions(proxy.admin(), identities, issuer), requests, connections);
        }

        List<Variant> all = new ArrayList<>(requests);
        all.addAll(connections);
        DecisionReport report = new DecisionReport(all, envoy, ours);
        System.out.println(folder.getFileName() + ": seed " + SEED + ", " + report.summary());
        assertThat(report.differences(SHOWN)).isEmpty();
        return report;
    }

    private static List<List<String>> play(
            Decisions decisions, List<Variant> requests, List<Variant> connections)
            throws IOException {
        List<List<String>> outcomes = new ArrayList<>(decisions.ofRequests(requests));
        outcomes.addAll(decisions.ofConnections(connections));
        return outcomes;
    }

    /// The sets as they are, for connections that nobody looks into.
    private static List<Variant> ofConnections(
            Map<String, List<AuthorizationPolicy>> sets, List<Variant> requests) {
        List<Variant> variants = new ArrayList<>();
        for (Variant each : requests) {
            if (sets.containsKey(each.name())) {
                Set<Call> connections = new LinkedHashSet<>();
                each.calls().forEach(call -> connections.add(call.connection().with(GET)));
                variants.add(
                        new Variant(
                                "connections " + each.name(),
                                each.policies(),
                                List.copyOf(connections)));
            }
        }
        return variants;
    }

    private static final Map<String, String> GET =
            Map.of("method", "GET", "path", "/", "host", "plain.example");

    /// By file. What somebody else decides is another proof's.
    private static Map<String, List<AuthorizationPolicy>> policies(
            Path folder, String ending, Path scratch) throws IOException {
        Map<String, List<AuthorizationPolicy>> sets = new LinkedHashMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
        for (Path file : files) {
            String text =
                    Files.readString(file)
                            // no identity, path or host has brackets: `rule[0]` would never fit
                            .replaceAll("([a-zA-Z])\\[(\\d)]", "$1$2")
                            // callers can come from these alone
                            .replaceAll("\\b\\d+(\\.\\d+\\.\\d+\\.\\d+)\\b", "127$1");
            Report report =
                    Galley.check(List.of(Files.writeString(scratch.resolve("p.yaml"), text)));
            if (report.hasErrors()) {
                throw new IllegalArgumentException(file + ": " + report.diagnostics());
            }
            List<AuthorizationPolicy> set =
                    report.resources().values().stream()
                            .map(each -> (AuthorizationPolicy) each.value())
                            .toList();
            if (set.stream().noneMatch(policy -> policy.action() == Action.CUSTOM)) {
                sets.put(folder.relativize(file).toString().replace(ending, ""), set);
            }
        }
        return sets;
    }

    private static @Nullable Path outside(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("shared/data").resolve(name))) {
            folder = folder.getParent();
        }
        return folder == null ? null : folder.resolve("shared/data").resolve(name);
    }
}
