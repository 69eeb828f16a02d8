package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig.TrustDomain;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.galley.Galley;
import io.meltemi.model.snapshot.KeySnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.RootSnapshot;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who tells proxies whom they believe, with `caCertificates` and without.
final class TrustBundlesTest {
    private static final String BUNDLES = "trust-bundles";
    private static final String PRODUCT = "outbound|80||product.shop.svc.cluster.local";

    @TempDir private Path scratch = Path.of("");

    private static String foreign() throws IOException {
        try (InputStream pem = TrustBundlesTest.class.getResourceAsStream("/other-root.pem")) {
            return new String(
                    Objects.requireNonNull(pem).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private XdsSnapshot translated(String mesh, String ownRoots) throws IOException {
        Path file =
                Files.writeString(
                        scratch.resolve("mesh.yaml"),
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |-\n"
                                + mesh.indent(4));
        var report = Galley.check(List.of(file));
        assertThat(report.diagnostics()).isEmpty();
        MeshSnapshot shop = Meshes.shop().with();
        return Pilot.translate(
                PilotSettings.DEFAULT,
                new MeshSnapshot(
                        MeshSettings.DEFAULT,
                        report.snapshot(),
                        shop.services(),
                        KeySnapshot.EMPTY,
                        new RootSnapshot(ownRoots)),
                Meshes.sidecar("product", "shop", "10.0.0.1"));
    }

    private XdsSnapshot federated(String ownRoots) throws IOException {
        return translated(
                "trustDomainAliases: [old.example]\ncaCertificates:\n- trustDomains: [other.example]\n  pem: |\n"
                        + foreign().indent(4)
                        + "- pem: |\n"
                        + foreign().indent(4),
                ownRoots);
    }

    @Test
    void eachAuthorityCountsForItsOwnDomains() throws Exception {
        XdsResource secret =
                Objects.requireNonNull(federated("own\n").of(ResourceType.SECRET).get(BUNDLES));
        List<TrustDomain> domains =
                SPIFFECertValidatorConfig.parseFrom(
                                Secret.parseFrom(secret.body().getValue())
                                        .getValidationContext()
                                        .getCustomValidatorConfig()
                                        .getTypedConfig()
                                        .getValue())
                        .getTrustDomainsList();

        assertThat(
                        domains.stream()
                                .collect(
                                        Collectors.toMap(
                                                TrustDomain::getName,
                                                d ->
                                                        d.getTrustBundle()
                                                                .getInlineBytes()
                                                                .toString(
                                                                        StandardCharsets
                                                                                .US_ASCII))))
                .containsOnlyKeys("cluster.local", "old.example", "other.example")
                .containsEntry("old.example", "own\n")
                .containsEntry("other.example", foreign())
                .containsEntry("cluster.local", "own\n" + foreign());
    }

    @Test
    void callersAndCalledAskForTheBundles() throws Exception {
        XdsSnapshot snapshot = federated("own\n");

        assertThat(roots(snapshot)).isEqualTo(BUNDLES);
        assertThat(inbound(snapshot))
                .contains(BUNDLES)
                .contains("spiffe://other.example/")
                .contains("spiffe://old.example/")
                .doesNotContain("ROOTCA");
    }

    @Test
    void aNewRootOfTheMeshChangesTheBundlesAlone() throws Exception {
        XdsSnapshot before = federated("own\n");
        XdsSnapshot after = federated("own\nnext\n");

        for (ResourceType type : List.of(ResourceType.LISTENER, ResourceType.CLUSTER)) {
            assertThat(after.of(type)).isEqualTo(before.of(type));
        }
        assertThat(after.of(ResourceType.SECRET)).isNotEqualTo(before.of(ResourceType.SECRET));
    }

    @Test
    void whereNobodyElseIsBelievedTheAgentSaysIt() throws Exception {
        for (XdsSnapshot snapshot :
                List.of(translated("enableTracing: true\n", "own\n"), federated(""))) {
            assertThat(snapshot.of(ResourceType.SECRET)).isEmpty();
            assertThat(roots(snapshot)).isEqualTo("ROOTCA");
            assertThat(inbound(snapshot)).contains("ROOTCA").doesNotContain(BUNDLES);
        }
    }

    private static String roots(XdsSnapshot snapshot) throws IOException {
        ByteString body =
                Objects.requireNonNull(snapshot.of(ResourceType.CLUSTER).get(PRODUCT))
                        .body()
                        .getValue();
        return UpstreamTlsContext.parseFrom(
                        Cluster.parseFrom(body).getTransportSocket().getTypedConfig().getValue())
                .getCommonTlsContext()
                .getCombinedValidationContext()
                .getValidationContextSdsSecretConfig()
                .getName();
    }

    private static String inbound(XdsSnapshot snapshot) throws IOException {
        Listener listener =
                Listener.parseFrom(
                        Objects.requireNonNull(
                                        snapshot.of(ResourceType.LISTENER).get("virtualInbound"))
                                .body()
                                .getValue());
        return listener.getFilterChainsList().stream()
                .map(chain -> chain.getTransportSocket().getTypedConfig().getValue())
                .map(bytes -> bytes.toString(StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining("|"));
    }
}
