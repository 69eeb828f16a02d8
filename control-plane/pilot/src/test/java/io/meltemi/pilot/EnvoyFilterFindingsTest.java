package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.service.Locality;
import io.meltemi.pilot.push.PushQueue;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.LayeredResources;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.SharedLayer;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said about patches that do not do what they say, and what becomes of the resources.
/// Confined to one test thread.
final class EnvoyFilterFindingsTest {
    private static final String HEADER =
            """
            kind: TestMesh
            proxy: {app: invoice, namespace: shop, address: 10.0.0.3}
            ---
            """;

    private static final String FILTER =
            """
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {name: a, namespace: shop}
            spec:
              priority: 1
              configPatches:
              - applyTo: %s
                match: {%s}
                patch: {operation: %s, value: %s}
            """;

    private static final String CORS =
            "{name: a, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}}";

    private static final String PRODUCT = "outbound|80||product.shop.svc.cluster.local";

    @TempDir private Path scratch;

    private MeshYaml mesh(String yaml) throws IOException {
        return MeshYaml.read(
                Files.writeString(scratch.resolve("mesh.in.yaml"), HEADER + yaml), scratch);
    }

    private static List<String> findings(MeshYaml mesh) {
        return Pilot.diagnostics(PilotSettings.DEFAULT, mesh.mesh(), List.of(mesh.proxy())).stream()
                .map(Diagnostic::toString)
                .map(text -> text.substring(text.indexOf("config.yaml") + 11))
                .toList();
    }

    private static XdsSnapshot snapshot(MeshYaml mesh) {
        return Pilot.translate(PilotSettings.DEFAULT, mesh.mesh(), mesh.proxy());
    }

    @Test
    void patchThatFitsIsNotTalkedAbout() throws IOException {
        MeshYaml patched =
                mesh(
                        FILTER.formatted(
                                "CLUSTER",
                                "cluster: {name: '" + PRODUCT + "'}",
                                "MERGE",
                                "{connect_timeout: 3s}"));

        assertThat(findings(patched)).isEmpty();
        assertThat(snapshot(patched).of(ResourceType.CLUSTER).get(PRODUCT))
                .isNotEqualTo(snapshot(mesh("")).of(ResourceType.CLUSTER).get(PRODUCT));
    }

    /// A patch, and what is said of it; nothing of the proxy's changes.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CLUSTER | | MERGE | {conect_timeout: 3s} | the value is no CLUSTER of Envoy's | conect_timeout",
                "HTTP_FILTER | | INSERT_FIRST | {name: a, typed_config: {'@type': type.googleapis.com/a.B}} | type 'type.googleapis.com/a.B' of a typed_config is not known; | left out",
                "NETWORK_FILTER | | INSERT_FIRST | {typed_config: {'@type': type.googleapis.com/envoy.config.filter.network.ext_authz.v2.ExtAuthz}} | the v2 types are gone | v3",
                "CLUSTER | cluster: {name: 'PRODUCT'} | MERGE | {name: other} | left out for 'PRODUCT', which stays as it was | rename it to 'other'",
                "CLUSTER | cluster: {name: 'PRODUCT'} | MERGE | {connect_timeout: 0s} | left out | connect_timeout that is not above zero",
                "CLUSTER | | ADD | {name: 'PRODUCT'} | left out | be a second one of that name",
                "CLUSTER | | ADD | {type: STATIC} | left out | have no name",
                "LISTENER | | ADD | {name: a, address: {socket_address: {address: 0.0.0.0, port_value: 80}}, filter_chains: [{}]} | left out for 'a' | listen where listener '0.0.0.0_80' does",
                "LISTENER | | ADD | {name: a, filter_chains: [{}]} | left out for 'a' | listen nowhere",
                "LISTENER | | ADD | {name: a, address: {socket_address: {address: 127.0.0.9, port_value: 80}}} | left out for 'a' | without filter chains",
                "LISTENER_FILTER | | INSERT_FIRST | {typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol}} | left out | leave a listener filter without a name",
                "FILTER_CHAIN | listener: {name: virtualInbound} | ADD | {filter_chain_match: {destination_port: 15006}} | left out | two filter chains with one filter_chain_match",
                "FILTER_CHAIN | listener: {name: '0.0.0.0_80'} | REMOVE | {} | left out | without filter chains",
                "NETWORK_FILTER | listener: {name: '0.0.0.0_80'} | INSERT_AFTER | {name: a, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC}} | left out | ends the chain",
                "NETWORK_FILTER | listener: {name: '0.0.0.0_80', filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}} | MERGE | {typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC}} | left out | merge a envoy.extensions.filters.network.rbac.v3.RBAC into a envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager: use REPLACE",
                "HTTP_FILTER | listener: {name: '0.0.0.0_80'} | INSERT_AFTER | {name: a, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}} | left out | router as the last",
                "HTTP_FILTER | listener: {name: '0.0.0.0_80'} | INSERT_FIRST | {name: a, config_discovery: {config_source: {ads: {}}, type_urls: [type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors]}} | left out | wait for ever for the configuration of filter 'a'",
                "HTTP_ROUTE | routeConfiguration: {name: '80'} | INSERT_FIRST | {match: {prefix: /}} | left out | without a match or an action",
                "VIRTUAL_HOST | routeConfiguration: {name: '80'} | ADD | {name: a, domains: ['*']} | left out | domain '*' in two places",
                "EXTENSION_CONFIG | | ADD | {name: a} | left out | have no typed_config"
            })
    void patchThatBreaksSomethingIsLeftOut(
            String applyTo,
            @Nullable String match,
            String operation,
            String value,
            String finding,
            String reason)
            throws IOException {
        MeshYaml patched =
                mesh(
                        FILTER.formatted(applyTo, match == null ? "" : match, operation, value)
                                .replace("PRODUCT", PRODUCT));

        assertThat(findings(patched)).hasSize(1);
        assertThat(findings(patched).getFirst())
                .startsWith(":7:5: error MEL0018: EnvoyFilter shop/a, configPatches[0]: ")
                .contains(finding.replace("PRODUCT", PRODUCT))
                .contains(reason);
        assertThat(snapshot(patched).resources()).isEqualTo(snapshot(mesh("")).resources());
    }

    @Test
    void neighboursOfABrokenPatchAreApplied() throws IOException {
        String broken =
                FILTER.formatted("HTTP_FILTER", "context: SIDECAR_OUTBOUND", "INSERT_AFTER", CORS);
        String more =
                """
                  - applyTo: CLUSTER
                    match: {cluster: {name: '%s'}}
                    patch: {operation: MERGE, value: {connect_timeout: 3s}}
                """
                        .formatted(PRODUCT);

        XdsSnapshot both = snapshot(mesh(broken + more));

        assertThat(both.of(ResourceType.LISTENER))
                .isEqualTo(snapshot(mesh("")).of(ResourceType.LISTENER));
        assertThat(both.of(ResourceType.CLUSTER).get(PRODUCT))
                .isNotEqualTo(snapshot(mesh("")).of(ResourceType.CLUSTER).get(PRODUCT));
    }

    @Test
    void patchThatFitsNothingIsReported() throws IOException {
        MeshYaml patched =
                mesh(
                        FILTER.formatted(
                                "CLUSTER",
                                "cluster: {name: nobody}",
                                "MERGE",
                                "{connect_timeout: 3s}"));

        assertThat(findings(patched)).hasSize(1);
        assertThat(findings(patched).getFirst())
                .startsWith(
                        ":7:5: warning MEL0011: EnvoyFilter shop/a, configPatches[0]: MERGE of a CLUSTER changes nothing");
    }

    @Test
    void filterOfAnotherNamespaceOrWorkloadIsNotApplied() throws IOException {
        String filter = FILTER.formatted("CLUSTER", "", "MERGE", "{connect_timeout: 3s}");
        MeshYaml elsewhere = mesh(filter.replace("namespace: shop", "namespace: bank"));
        MeshYaml other =
                mesh(
                        filter.replace(
                                "  priority: 1",
                                "  priority: 1\n  workloadSelector: {labels: {app: product}}"));

        assertThat(snapshot(elsewhere).resources()).isEqualTo(snapshot(mesh("")).resources());
        assertThat(snapshot(other).resources()).isEqualTo(snapshot(mesh("")).resources());
    }

    @Test
    void onlyProxiesThatSaySoAreMeant() throws IOException {
        String filter =
                FILTER.formatted(
                        "CLUSTER",
                        "proxy: {proxyVersion: '^1\\.2', metadata: {TEAM: shop}}, cluster: {name: '"
                                + PRODUCT
                                + "'}",
                        "MERGE",
                        "{connect_timeout: 3s}");
        MeshYaml patched = mesh(filter);
        XdsSnapshot untouched = snapshot(mesh(""));

        assertThat(saying(patched, Map.of())).isEqualTo(untouched.resources());
        assertThat(saying(patched, Map.of("ISTIO_VERSION", "1.29.1")))
                .isEqualTo(untouched.resources());
        assertThat(saying(patched, Map.of("ISTIO_VERSION", "2.1.20", "TEAM", "shop")))
                .isEqualTo(untouched.resources());
        assertThat(saying(patched, Map.of("ISTIO_VERSION", "1.29.1", "TEAM", "shop")))
                .isNotEqualTo(untouched.resources());
    }

    private static Map<ResourceType, Map<String, XdsResource>> saying(
            MeshYaml mesh, Map<String, String> metadata) {
        ProxyNode node = mesh.proxy();
        ProxyNode saying =
                new ProxyNode(
                        node.type(),
                        node.address(),
                        node.name(),
                        node.namespace(),
                        node.labels(),
                        node.workload(),
                        node.locality(),
                        node.capabilities(),
                        node.interception(),
                        new TreeMap<>(metadata));
        return Pilot.translate(PilotSettings.DEFAULT, mesh.mesh(), saying).resources();
    }

    @Test
    void dryRunLooksAtInstancesThatAreWrittenDown() throws IOException {
        MeshYaml fits =
                mesh(
                        FILTER.formatted(
                                "HTTP_FILTER",
                                "context: SIDECAR_INBOUND, listener: {portNumber: 8080}",
                                "INSERT_FIRST",
                                CORS));
        MeshYaml doesNot =
                mesh(
                        FILTER.formatted(
                                "HTTP_FILTER",
                                "context: SIDECAR_INBOUND, listener: {portNumber: 8081}",
                                "INSERT_FIRST",
                                CORS));

        assertThat(Pilot.dryRun(PilotSettings.DEFAULT, fits.mesh())).isEmpty();
        assertThat(Pilot.dryRun(PilotSettings.DEFAULT, doesNot.mesh()))
                .singleElement()
                .matches(d -> d.code().equals("MEL0011"));
    }

    @Test
    void dryRunDoesNotGuessAtWhatRegistersLater() throws IOException {
        String inbound =
                FILTER.formatted(
                                "HTTP_FILTER",
                                "context: SIDECAR_INBOUND, listener: {portNumber: 8080}",
                                "INSERT_FIRST",
                                CORS)
                        .replace("namespace: shop", "namespace: elsewhere");
        String outbound =
                FILTER.formatted("CLUSTER", "cluster: {name: nobody}", "MERGE", "{}")
                        .replace("value: {}", "value: {connect_timeout: 1s}")
                        .replace("namespace: shop", "namespace: elsewhere");

        assertThat(Pilot.dryRun(PilotSettings.DEFAULT, mesh(inbound).mesh())).isEmpty();
        assertThat(Pilot.dryRun(PilotSettings.DEFAULT, mesh(outbound).mesh()))
                .singleElement()
                .matches(d -> d.code().equals("MEL0011"));
    }

    @Test
    void whatProxiesShareIsPatchedOnceForAll() throws IOException {
        MeshYaml patched =
                mesh(
                        FILTER.formatted(
                                "CLUSTER",
                                "cluster: {portNumber: 80}",
                                "MERGE",
                                "{connect_timeout: 3s}"));
        HandCrankedTimer timer = new HandCrankedTimer(new FakeTicker());
        PushQueue queue = new PushQueue(PilotSettings.DEFAULT, timer);
        List<XdsSnapshot> one = new ArrayList<>();
        List<XdsSnapshot> other = new ArrayList<>();
        queue.offer(patched.mesh());
        queue.push();

        queue.follow(patched.proxy(), one::add);
        queue.follow(
                Meshes.sidecar(
                        "invoice", "shop", "10.0.0.4", Locality.NONE, new Interception.Redirect()),
                other::add);
        timer.advance(Duration.ZERO);

        assertThat(shared(one)).isSameAs(shared(other));
        assertThat(((LayeredResources) one.getLast().of(ResourceType.LISTENER)).shared())
                .isSameAs(((LayeredResources) other.getLast().of(ResourceType.LISTENER)).shared());
    }

    private static SharedLayer shared(List<XdsSnapshot> snapshots) {
        return ((LayeredResources) snapshots.getLast().of(ResourceType.CLUSTER)).shared();
    }
}
