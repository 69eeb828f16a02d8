package io.meltemi.testkit.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.cache.v3.Snapshot;
import io.envoyproxy.controlplane.server.DiscoveryServerCallbacks;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.Server;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.differential.OurProxy;
import io.meltemi.testkit.differential.ProxyUnderTest;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.testing.LoopbackGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Our proxy runs from java-control-plane as it comes from Maven Central.
final class JavaControlPlaneTest {
    private static final String NODE_GROUP = "all";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimpleCache<String> cache = new SimpleCache<>(_ -> NODE_GROUP);
    private final List<String> refusals = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @CsvSource({"GRPC,ads", "DELTA_GRPC,ads", "GRPC,separate", "DELTA_GRPC,separate"})
    @Parity({"control_plane.java-control-plane"})
    void serves(String dialect, String way) throws Exception {
        Server server = server();
        XdsResources resources = new XdsResources(Bootstraps.source(dialect, way));
        try (ScriptedUpstream blue =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "blue"));
                ScriptedUpstream green =
                        ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "green"))) {
            publish(resources, "1", "blue", blue);
            try (ProxyUnderTest proxy =
                    OurProxy.start(Bootstraps.of(dialect, way, server.getPort()))) {
                awaitServes(proxy, "blue");
                publish(resources, "2", "green", green);
                awaitServes(proxy, "green");
                Deadline.await(
                        "the end of cluster blue",
                        SOON,
                        () -> !proxy.admin().get("/clusters").contains("blue::"),
                        proxy::log);
                assertThat(proxy.admin().get("/config_dump")).doesNotContain("blue");
            }
        } finally {
            server.shutdownNow();
        }
        assertThat(refusals).isEmpty();
    }

    private Server server() throws IOException {
        V3DiscoveryServer xds = new V3DiscoveryServer(new Refusals(refusals), cache);
        return LoopbackGrpc.serve(
                xds.getAggregatedDiscoveryServiceImpl(),
                xds.getClusterDiscoveryServiceImpl(),
                xds.getEndpointDiscoveryServiceImpl(),
                xds.getListenerDiscoveryServiceImpl(),
                xds.getRouteDiscoveryServiceImpl());
    }

    private void publish(
            XdsResources resources, String version, String cluster, ScriptedUpstream upstream)
            throws InvalidProtocolBufferException {
        cache.setSnapshot(
                NODE_GROUP,
                Snapshot.create(
                        List.of(message(resources.dynamicCluster(cluster), Cluster.class)),
                        List.of(
                                message(
                                        XdsResources.endpoints(cluster, upstream.port()),
                                        ClusterLoadAssignment.class)),
                        List.of(message(resources.listener("web"), Listener.class)),
                        List.of(message(XdsResources.routes(cluster), RouteConfiguration.class)),
                        List.of(),
                        version));
    }

    private static <T extends Message> T message(XdsResource resource, Class<T> type)
            throws InvalidProtocolBufferException {
        return resource.body().unpack(type);
    }

    private static void awaitServes(ProxyUnderTest proxy, String body) throws IOException {
        Deadline.await(
                "an answer of " + body,
                SOON,
                () ->
                        proxy.admin().get("/listeners").contains("web::")
                                && PlainClient.get(proxy.admin().listenerPort("web"), "/")
                                        .body()
                                        .equals(body),
                () -> {
                    try {
                        return proxy.admin().get("/config_dump");
                    } catch (IOException e) {
                        return String.valueOf(e);
                    }
                });
    }

    /// What the proxy refuses. Thread-safe.
    private record Refusals(List<String> lines) implements DiscoveryServerCallbacks {
        @Override
        public void onV3StreamRequest(long stream, DiscoveryRequest request) {
            note(request.getErrorDetail().getMessage());
        }

        @Override
        public void onV3StreamDeltaRequest(long stream, DeltaDiscoveryRequest request) {
            note(request.getErrorDetail().getMessage());
        }

        private void note(String message) {
            if (!message.isEmpty()) {
                lines.add(message);
            }
        }
    }
}
