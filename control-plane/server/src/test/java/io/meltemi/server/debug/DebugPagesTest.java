package io.meltemi.server.debug;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.meltemi.server.port.MetricsPort;
import io.meltemi.server.status.ProxyBoard;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Confined to one test thread.
final class DebugPagesTest {
    private final ProxyBoard board =
            new ProxyBoard(Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    private final XdsPeer peer =
            new XdsPeer(
                    7,
                    Node.newBuilder()
                            .setId("sidecar~10.0.0.1~product-v1.shop~shop.svc.cluster.local")
                            .setMetadata(
                                    Struct.newBuilder()
                                            .putFields(
                                                    "ISTIO_VERSION",
                                                    Value.newBuilder()
                                                            .setStringValue("1.29")
                                                            .build()))
                            .build(),
                    Optional.empty());

    @Test
    void synczTellsWhatEachProxyWasSentAndHasTaken() {
        board.connected(peer);
        board.sent(peer, ResourceType.CLUSTER, "c2-s1", 5);
        board.acknowledged(peer, ResourceType.CLUSTER, "c2-s1");
        board.sent(peer, ResourceType.ROUTE, "c2-s1", 5);
        board.refused(peer, ResourceType.ROUTE, "c2-s1", "route 80: bad");

        assertThat(DebugPages.syncz(board.connected()).replaceAll("\\s+", ""))
                .contains(
                        "\"proxy\":\"product-v1.shop\"",
                        "\"proxy_type\":\"sidecar\"",
                        "\"istio_version\":\"1.29\"",
                        "\"cluster_sent\":\"c2-s1\"",
                        "\"cluster_acked\":\"c2-s1\"",
                        "\"route_sent\":\"c2-s1\"",
                        "\"refused\":{\"ROUTE\":\"route80:bad\"}")
                .doesNotContain("route_acked", "listener_sent");
    }

    @Test
    void adszTellsWhoIsConnected() {
        assertThat(DebugPages.adsz(board.connected()).replaceAll("\\s+", ""))
                .contains("\"totalClients\":0");

        board.connected(peer);

        assertThat(DebugPages.adsz(board.connected()).replaceAll("\\s+", ""))
                .contains(
                        "\"totalClients\":1,",
                        "\"connectionId\":\"sidecar~10.0.0.1~product-v1.shop~shop.svc.cluster.local-7\"",
                        "\"connectedAt\":\"2026-01-02T03:04:05Z\"",
                        "\"address\":\"10.0.0.1\"",
                        "\"ISTIO_VERSION\":\"1.29\"");
    }

    @Test
    void configzNamesWhatIsInForce() {
        PeerAuthentication policy =
                new PeerAuthentication(
                        new Metadata("strict", "shop", Map.of()),
                        WorkloadSelector.ALL,
                        Optional.of(PeerAuthentication.Mode.STRICT),
                        Map.of());
        SortedMap<ResourceKey, Sourced<ConfigResource>> resources = new TreeMap<>();
        resources.put(policy.key(), new Sourced<>(policy, new Origin("mesh.yaml", 3, 1)));
        MeshSnapshot mesh =
                new MeshSnapshot(
                        MeshSettings.DEFAULT,
                        new ConfigSnapshot(1, resources),
                        ServiceSnapshot.EMPTY);

        assertThat(DebugPages.configz(mesh).replaceAll("\\s+", ""))
                .contains(
                        "\"group\":\"security.istio.io\"",
                        "\"kind\":\"PeerAuthentication\"",
                        "\"name\":\"strict\"",
                        "\"namespace\":\"shop\"",
                        "\"source\":\"mesh.yaml:3:1\"");
    }

    /// As istiod's: `{svc: HOST:PORT, ep: [{service, servicePort, endpoint}]}`.
    @Test
    void endpointzTellsWhoAnswersForEachPort() {
        Report report =
                Galley.check(
                        List.of(
                                new DocumentSet(
                                        List.of(
                                                new DocumentSet.Text(
                                                        "mesh.yaml",
                                                        """
                                                        apiVersion: networking.istio.io/v1
                                                        kind: ServiceEntry
                                                        metadata: {name: bank, namespace: shop}
                                                        spec:
                                                          hosts: [bank.example]
                                                          location: MESH_EXTERNAL
                                                          resolution: STATIC
                                                          ports: [{number: 80, name: http, protocol: HTTP}]
                                                          endpoints:
                                                          - {address: 192.0.2.7, ports: {http: 8080}, labels: {version: v2}}
                                                        """)),
                                        List.of())),
                        List.of());
        MeshSnapshot mesh =
                new MeshSnapshot(MeshSettings.DEFAULT, report.snapshot(), ServiceSnapshot.EMPTY);

        assertThat(EndpointPage.of(mesh).replaceAll("\\s+", ""))
                .contains(
                        "\"svc\":\"bank.example:http\"",
                        "\"servicePort\":{\"name\":\"http\",\"port\":80,",
                        "\"Addresses\":[\"192.0.2.7\"]",
                        "\"EndpointPort\":8080,",
                        "\"Labels\":{\"version\":\"v2\"}",
                        "\"HealthStatus\":1}");
    }

    @Test
    void thePagesStandBesideTheMetrics() throws IOException {
        board.connected(peer);
        MeshSnapshot mesh =
                new MeshSnapshot(MeshSettings.DEFAULT, ConfigSnapshot.EMPTY, ServiceSnapshot.EMPTY);
        try (MetricsPort port =
                new MetricsPort(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new PrometheusRegistry(),
                        DebugPages.of(board::connected, () -> mesh))) {
            assertThat(get(port, "/debug/syncz")).contains("product-v1.shop");
            assertThat(get(port, "/debug/adsz")).contains("totalClients");
            assertThat(get(port, "/debug/configz").strip()).isEqualTo("[]");
            assertThat(get(port, "/debug/endpointz").strip()).isEqualTo("[]");
            assertThat(get(port, "/debug/list")).contains("/debug/syncz", "/debug/configz");
        }
    }

    private static String get(MetricsPort port, String path) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + port.address().getPort() + path);
        try (var in = uri.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
