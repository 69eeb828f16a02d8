package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.time.testing.FakeTicker;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.CredentialName;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.Secret.Form;
import io.meltemi.model.config.Secret.KeyPair;
import io.meltemi.model.config.SecretText;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.server.SnapshotSource.RefusedException;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who is given a gateway's secrets, and what a new one changes. Confined to one test thread.
final class GatewaySecretsTest {
    private static final String WEB = "kubernetes://web";
    private static final String KEY = "this-is-the-key";

    private final HandCrankedTimer timer = new HandCrankedTimer(new FakeTicker());
    private final List<XdsSnapshot> seen = new ArrayList<>();

    @TempDir private Path scratch = Path.of("");

    @Test
    void aProxyThatHasProvenItsNamespaceGetsWhatItsGatewaysName() throws Exception {
        XdsSnapshot snapshot =
                given(PilotSettings.DEFAULT, "istio-system", identity("istio-system"));

        assertThat(snapshot.of(ResourceType.SECRET)).containsOnlyKeys(WEB);
        assertThat(secret(snapshot).getTlsCertificate().getPrivateKey().getInlineBytes())
                .isEqualTo(ByteString.copyFromUtf8(KEY));
    }

    @Test
    void aProxyOfAnotherNamespaceCarriesTheGatewayWithoutItsSecret() throws Exception {
        XdsSnapshot snapshot = given(PilotSettings.DEFAULT, "shop", identity("shop"));

        assertThat(snapshot.of(ResourceType.LISTENER)).containsKey("0.0.0.0_443");
        assertThat(snapshot.of(ResourceType.SECRET)).isEmpty();
    }

    @Test
    void whoClaimsTheNamespaceOfASecretWithAnotherProofIsRefused() {
        assertThatThrownBy(() -> given(PilotSettings.DEFAULT, "istio-system", identity("shop")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("claims namespace 'istio-system'");
    }

    @Test
    void whoHasProvenNothingGetsNoneEvenWhereClaimsAreTrusted() throws Exception {
        XdsSnapshot snapshot =
                given(
                        PilotSettings.DEFAULT.withTrustedNodeClaims(),
                        "istio-system",
                        Optional.empty());

        assertThat(snapshot.of(ResourceType.LISTENER)).containsKey("0.0.0.0_443");
        assertThat(snapshot.of(ResourceType.SECRET)).isEmpty();
    }

    @Test
    void aNewCertificateChangesTheSecretAlone() throws Exception {
        ProxyNode node = Meshes.gateway().proven(id("istio-system"));
        XdsSnapshot before = Pilot.translate(PilotSettings.DEFAULT, mesh(KEY), node);

        XdsSnapshot after = Pilot.translate(PilotSettings.DEFAULT, mesh("another-key"), node);

        assertThat(after.of(ResourceType.LISTENER)).isEqualTo(before.of(ResourceType.LISTENER));
        assertThat(after.of(ResourceType.SECRET)).isNotEqualTo(before.of(ResourceType.SECRET));
    }

    @Test
    void noTextShowsTheKey() throws Exception {
        XdsSnapshot snapshot =
                given(PilotSettings.DEFAULT, "istio-system", identity("istio-system"));

        assertThat(mesh(KEY).toString()).contains("[redacted]").doesNotContain(KEY);
        assertThat(snapshot.toString()).contains(WEB).doesNotContain(KEY);
    }

    @Test
    void aSecretBesideAGatewayIsForProxiesOfThatNamespaceAlone() throws IOException {
        CredentialName beside = new CredentialName.OfGateway("istio-system", "web");
        var credentials = new MeshView(mesh(KEY)).credentials();

        assertThat(credentials.keyPair(beside, "istio-system", id("istio-system"))).isPresent();
        assertThat(credentials.keyPair(beside, "shop", id("istio-system"))).isEmpty();
        assertThat(credentials.keyPair(beside, "istio-system", id("shop"))).isEmpty();
    }

    @Test
    void aGrantedSecretIsForProxiesOfTheGatewaysNamespace() throws IOException {
        CredentialName granted = new CredentialName.Granted("istio-system", "web", "edge");
        var credentials = new MeshView(mesh(KEY)).credentials();

        assertThat(credentials.keyPair(granted, "edge", id("edge"))).isPresent();
        assertThat(credentials.keyPair(granted, "edge", id("shop"))).isEmpty();
    }

    /// What a gateway's proxy is given.
    private XdsSnapshot given(PilotSettings settings, String namespace, Optional<SpiffeId> identity)
            throws RefusedException, IOException {
        Pilot pilot = new Pilot(settings, new FakeTicker(), timer);
        Node node =
                Node.newBuilder()
                        .setId("router~10.0.0.99~ingress-1.%s~x".formatted(namespace))
                        .setMetadata(
                                Struct.newBuilder()
                                        .putFields(
                                                "LABELS",
                                                Value.newBuilder()
                                                        .setStructValue(
                                                                Struct.newBuilder()
                                                                        .putFields(
                                                                                "istio",
                                                                                Value.newBuilder()
                                                                                        .setStringValue(
                                                                                                "ingressgateway")
                                                                                        .build()))
                                                        .build()))
                        .build();
        pilot.watch(new XdsPeer(1, node, identity), seen::add);
        pilot.publish(mesh(KEY));
        timer.advance(Duration.ofMillis(200));
        return seen.getLast();
    }

    private MeshSnapshot mesh(String key) throws IOException {
        List<ConfigResource> resources =
                new ArrayList<>(
                        MeshYaml.resources(
                                """
                                apiVersion: networking.istio.io/v1
                                kind: Gateway
                                metadata: {name: front, namespace: istio-system}
                                spec:
                                  selector: {istio: ingressgateway}
                                  servers:
                                  - port: {number: 443, name: https, protocol: HTTPS}
                                    hosts: ["*"]
                                    tls: {mode: SIMPLE, credentialName: web}
                                """,
                                scratch));
        resources.add(
                new io.meltemi.model.config.Secret(
                        new Metadata("web", "istio-system", Map.of()),
                        "Opaque",
                        Optional.of(
                                new KeyPair(
                                        Form.GENERIC,
                                        "chain",
                                        new SecretText(key),
                                        Optional.empty())),
                        Optional.empty(),
                        new TreeSet<>()));
        return Meshes.shop().with(resources, 1);
    }

    private static Optional<SpiffeId> identity(String namespace) {
        return Optional.of(id(namespace));
    }

    private static SpiffeId id(String namespace) {
        return new SpiffeId(TrustDomain.CLUSTER_LOCAL, namespace, "ingress");
    }

    private static Secret secret(XdsSnapshot snapshot) throws InvalidProtocolBufferException {
        XdsResource resource =
                Objects.requireNonNull(snapshot.of(ResourceType.SECRET).get(WEB), WEB);
        return Secret.parseFrom(resource.body().getValue());
    }
}
