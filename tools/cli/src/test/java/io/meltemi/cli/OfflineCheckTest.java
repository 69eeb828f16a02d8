package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `validate` and `analyze` say of files that only a translation can judge. Confined to one
/// test thread.
final class OfflineCheckTest {
    private static final String SERVICE =
            """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: product, namespace: shop}
            spec:
              hosts: [product.shop.svc.cluster.local]
              addresses: [240.0.0.1]
              ports: [{number: 80, name: http, protocol: HTTP}]
              location: MESH_INTERNAL
              resolution: STATIC
              endpoints: [{address: 10.0.0.1, labels: {app: product}}]
            ---
            """;

    private static final String FILTER =
            """
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {name: slow, namespace: shop}
            spec:
              configPatches:
              - applyTo: CLUSTER
                match: {context: SIDECAR_OUTBOUND, cluster: {service: %s}}
                patch: {operation: MERGE, value: {%s}}
            """;

    @TempDir private Path folder = Path.of("");

    private String report(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), yaml);
        return OfflineCheck.of(List.of(file)).toText().replace(file.toString(), "a.yaml");
    }

    @Test
    void patchThatDoesWhatItSaysIsNotTalkedAbout() throws IOException {
        assertThat(
                        report(
                                SERVICE
                                        + FILTER.formatted(
                                                "product.shop.svc.cluster.local",
                                                "connect_timeout: 3s")))
                .isEmpty();
    }

    @Test
    void patchThatFitsNothingIsAWarningAtItsPlace() throws IOException {
        assertThat(
                        report(
                                SERVICE
                                        + FILTER.formatted(
                                                "products.shop.svc.cluster.local",
                                                "connect_timeout: 3s")))
                .startsWith(
                        "a.yaml:17:5: warning MEL0011: EnvoyFilter shop/slow, configPatches[0]: MERGE of a CLUSTER changes nothing");
    }

    @Test
    void valueThatIsNotEnvoysIsAnErrorAlsoWithoutServices() throws IOException {
        assertThat(report(FILTER.formatted("a.example.com", "conect_timeout: 3s")))
                .startsWith(
                        "a.yaml:6:5: error MEL0018: EnvoyFilter shop/slow, configPatches[0]: the value is no CLUSTER of Envoy's")
                .contains("conect_timeout");
    }

    @Test
    void withoutServicesNothingIsGuessed() throws IOException {
        assertThat(report(FILTER.formatted("a.example.com", "connect_timeout: 3s"))).isEmpty();
    }
}
