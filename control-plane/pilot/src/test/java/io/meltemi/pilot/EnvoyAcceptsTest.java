package io.meltemi.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.DiscoveryType;
import io.meltemi.base.net.HostPort;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.DestinationRule;
import io.meltemi.model.config.DestinationRule.ConnectionPool;
import io.meltemi.model.config.DestinationRule.Failover;
import io.meltemi.model.config.DestinationRule.LoadBalancer;
import io.meltemi.model.config.DestinationRule.OutlierDetection;
import io.meltemi.model.config.DestinationRule.SimpleLb;
import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.DestinationRule.TrafficPolicy;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.PeerAuthentication;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.RequestAuthentication;
import io.meltemi.model.config.ServiceEntry;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.config.WorkloadSelector;
import io.meltemi.model.service.Locality;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.scope.Interception;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Confined to one test thread.
final class EnvoyAcceptsTest {
    private static final WorkloadSelector PRODUCT = new WorkloadSelector(Map.of("app", "product"));

    @TempDir private Path folder = Path.of("");

    @Test
    void theSidecarOfAPodWithEveryKindOfResource() throws InvalidProtocolBufferException {
        assertTaken(
                Meshes.sidecar(
                        "product",
                        "shop",
                        "10.0.0.1",
                        new Locality("eu", "a", "1"),
                        new Interception.Redirect()));
    }

    @Test
    void theSidecarWithoutAPod() throws InvalidProtocolBufferException {
        assertTaken(
                Meshes.sidecar(
                        "product",
                        "shop",
                        "127.0.0.1",
                        Locality.NONE,
                        new Interception.Explicit(
                                new HostPort("127.0.0.1", 18001),
                                new HostPort("127.0.0.1", 8080),
                                18003)));
    }

    @Test
    void theGateway() throws InvalidProtocolBufferException {
        assertTaken(Meshes.gateway());
    }

    @Test
    void butNotNonsense() {
        EnvoyBinary envoy = EnvoyBinary.required();
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        bootstrap
                .getStaticResourcesBuilder()
                .addClustersBuilder()
                .setName("nonsense")
                .setType(DiscoveryType.EDS);

        assertThat(envoy.objections(bootstrap.build(), folder)).isNotEmpty();
    }

    private void assertTaken(ProxyNode node) throws InvalidProtocolBufferException {
        EnvoyBinary envoy = EnvoyBinary.required();
        MeshSnapshot mesh = Meshes.shop().with(EVERYTHING.toArray(ConfigResource[]::new));
        PilotSettings settings =
                new PilotSettings(
                        false,
                        PilotSettings.DEFAULT.outboundPolicy(),
                        true,
                        Optional.of("/dev/stdout"),
                        true,
                        10,
                        Duration.ZERO,
                        Duration.ZERO);
        XdsSnapshot snapshot = Pilot.translate(settings, mesh, node);

        assertThat(envoy.objections(StaticBootstrap.of(snapshot), folder)).isEmpty();
        assertThat(envoy.objections(StaticBootstrap.withReferences(snapshot), folder)).isEmpty();
    }

    private static Metadata named(String name, String namespace) {
        return new Metadata(name, namespace, Map.of());
    }

    private static VirtualService.HttpRouteDestination to(String host, String subset, int weight) {
        return new VirtualService.HttpRouteDestination(
                new io.meltemi.model.config.Destination(
                        host,
                        subset.isEmpty() ? Optional.empty() : Optional.of(subset),
                        OptionalInt.empty()),
                weight);
    }

    private static final List<ConfigResource> EVERYTHING =
            List.of(
                    new VirtualService(
                            named("product", "shop"),
                            List.of("product"),
                            List.of("mesh", "istio-system/front"),
                            List.of(
                                    new VirtualService.HttpRoute(
                                            Optional.of("buy"),
                                            List.of(
                                                    new VirtualService.HttpMatchRequest(
                                                            Optional.of(
                                                                    new StringMatch.Exact("/buy")),
                                                            Optional.of(
                                                                    new StringMatch.Exact("POST")),
                                                            Map.of(
                                                                    "x-user",
                                                                    new StringMatch.Present(),
                                                                    "x-kind",
                                                                    new StringMatch.Regex("a.*"))),
                                                    new VirtualService.HttpMatchRequest(
                                                            Optional.of(
                                                                    new StringMatch.Regex("/x/.*")),
                                                            Optional.empty(),
                                                            Map.of())),
                                            List.of(
                                                    to("product", "v1", 90),
                                                    to("product", "v2", 10)),
                                            Optional.of(Duration.ofSeconds(2)),
                                            Optional.of(
                                                    new VirtualService.HttpRetry(
                                                            3,
                                                            Optional.of(Duration.ofMillis(300)),
                                                            Optional.of("5xx,503"))),
                                            Optional.of(
                                                    new VirtualService.HttpFault(
                                                            Optional.of(
                                                                    new VirtualService.Abort(
                                                                            500, 12.5)),
                                                            Optional.of(
                                                                    new VirtualService.Delay(
                                                                            Duration.ofMillis(5),
                                                                            100)))),
                                            Optional.of(
                                                    new VirtualService.HttpRewrite(
                                                            Optional.of("/purchase"),
                                                            Optional.of("other.example.com")))),
                                    new VirtualService.HttpRoute(
                                            Optional.empty(),
                                            List.of(),
                                            List.of(to("product", "", 100)),
                                            Optional.empty(),
                                            Optional.empty(),
                                            Optional.empty(),
                                            Optional.empty()))),
                    new DestinationRule(
                            named("product", "shop"),
                            "product",
                            Optional.of(
                                    new TrafficPolicy(
                                            Optional.of(
                                                    new LoadBalancer(
                                                            Optional.of(SimpleLb.ROUND_ROBIN),
                                                            List.of(new Failover("eu", "us")))),
                                            Optional.of(
                                                    new ConnectionPool(
                                                            OptionalInt.of(10),
                                                            Optional.of(Duration.ofSeconds(1)),
                                                            OptionalInt.of(5),
                                                            OptionalInt.of(6),
                                                            OptionalInt.of(7),
                                                            OptionalInt.of(8),
                                                            Optional.of(Duration.ofSeconds(30)))),
                                            Optional.of(
                                                    new OutlierDetection(
                                                            OptionalInt.of(3),
                                                            Optional.of(Duration.ofSeconds(1)),
                                                            Optional.of(Duration.ofSeconds(5)),
                                                            OptionalInt.of(100))))),
                            List.of(
                                    new Subset("v1", Map.of("version", "v1"), Optional.empty()),
                                    new Subset("v2", Map.of("version", "v2"), Optional.empty()))),
                    new Gateway(
                            named("front", "istio-system"),
                            new WorkloadSelector(Map.of("istio", "ingressgateway")),
                            List.of(new Gateway.Server(8080, "http", "HTTP", List.of("*")))),
                    new ServiceEntry(
                            named("bank", "shop"),
                            List.of("api.bank.example"),
                            List.of("240.0.0.1"),
                            List.of(new ServiceEntry.Port(443, "tls", "TLS", OptionalInt.empty())),
                            ServiceEntry.Location.MESH_EXTERNAL,
                            List.of(
                                    new ServiceEntry.WorkloadEntry(
                                            "192.0.2.1",
                                            Map.of(),
                                            Map.of(),
                                            Optional.of("us/b"),
                                            0,
                                            Optional.empty()))),
                    new PeerAuthentication(
                            named("product", "shop"),
                            PRODUCT,
                            Optional.of(PeerAuthentication.Mode.PERMISSIVE),
                            Map.of(9999, PeerAuthentication.Mode.STRICT)),
                    new AuthorizationPolicy(
                            named("allow", "shop"),
                            PRODUCT,
                            AuthorizationPolicy.Action.ALLOW,
                            List.of(
                                    new AuthorizationPolicy.Rule(
                                            List.of(
                                                    new AuthorizationPolicy.Source(
                                                            List.of(
                                                                    "cluster.local/ns/shop/sa/x",
                                                                    "*/sa/y"),
                                                            List.of(),
                                                            List.of("https://issuer/*"),
                                                            List.of("*"),
                                                            List.of("shop", "b*"),
                                                            List.of())),
                                            List.of(
                                                    new AuthorizationPolicy.Operation(
                                                            List.of("GET", "*"),
                                                            List.of(),
                                                            List.of("/a*", "*/b"),
                                                            List.of("/c")))))),
                    new AuthorizationPolicy(
                            named("deny", "istio-system"),
                            WorkloadSelector.ALL,
                            AuthorizationPolicy.Action.DENY,
                            List.of(
                                    new AuthorizationPolicy.Rule(
                                            List.of(),
                                            List.of(
                                                    new AuthorizationPolicy.Operation(
                                                            List.of("DELETE"),
                                                            List.of(),
                                                            List.of(),
                                                            List.of()))))),
                    new RequestAuthentication(
                            named("users", "shop"),
                            PRODUCT,
                            List.of(
                                    new RequestAuthentication.JwtRule(
                                            "https://issuer",
                                            List.of("shop"),
                                            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\","
                                                    + "\"alg\":\"HS256\",\"kid\":\"1\"}]}",
                                            true))),
                    new RateLimit(
                            named("users", "shop"),
                            PRODUCT,
                            new RateLimit.Key.Header("x-user"),
                            10,
                            Duration.ofMinutes(1),
                            true),
                    new RateLimit(
                            named("addresses", "shop"),
                            PRODUCT,
                            new RateLimit.Key.SourceIp(),
                            10,
                            Duration.ofMinutes(1),
                            false));
}
