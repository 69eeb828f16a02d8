package io.meltemi.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.xds.server.AdsObserver;
import io.meltemi.xds.server.AdsServer;
import io.meltemi.xds.server.AdsSettings;
import io.meltemi.xds.server.SnapshotSource;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.LoopbackGrpc;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DynamicConfigurationTest implements AdsObserver {
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final List<Consumer<XdsSnapshot>> watchers = new CopyOnWriteArrayList<>();
    private volatile XdsSnapshot snapshot = XdsSnapshot.EMPTY;
    private io.grpc.@org.jspecify.annotations.Nullable Server server;
    private @org.jspecify.annotations.Nullable RunningProxy proxy;

    @BeforeEach
    void startControlPlane() throws Exception {
        SnapshotSource source =
                (_, onSnapshot) -> {
                    watchers.add(onSnapshot);
                    onSnapshot.accept(snapshot);
                    return () -> watchers.remove(onSnapshot);
                };
        AdsServer ads =
                new AdsServer(
                        source,
                        this,
                        AdsSettings.DEFAULT,
                        Executors.newVirtualThreadPerTaskExecutor());
        server = LoopbackGrpc.serve(ads.aggregated());
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.shutdownNow();
        }
    }

    private RunningProxy running() {
        RunningProxy known = proxy;
        if (known == null) {
            throw new IllegalStateException("no proxy");
        }
        return known;
    }

    private void startProxy() throws Exception {
        if (server == null) {
            throw new IllegalStateException("no control plane");
        }
        proxy = new RunningProxy(RunningProxy.onAds(server.getPort()));
    }

    private void publish(XdsResource... resources) {
        snapshot = XdsSnapshot.of("v" + System.nanoTime(), List.of(resources));
        watchers.forEach(watcher -> watcher.accept(snapshot));
    }

    private static XdsResource listener() throws Exception {
        return resource(
                ResourceType.LISTENER,
                "in",
                Listener.newBuilder(),
                """
                {"name": "in", "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
                 "filter_chains": [{"filters": [{"name": "hcm", "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                  "stat_prefix": "in",
                  "rds": {"config_source": {"ads": {}}, "route_config_name": "r"},
                  "http_filters": [{"name": "router", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}
                """);
    }

    private static XdsResource routes(String cluster) throws Exception {
        return resource(
                ResourceType.ROUTE,
                "r",
                RouteConfiguration.newBuilder(),
                """
                {"name": "r", "virtual_hosts": [{"name": "v", "domains": ["*"], "routes": [
                 {"match": {"prefix": "/"}, "route": {"cluster": "CLUSTER"}}]}]}
                """
                        .replace("CLUSTER", cluster));
    }

    private static XdsResource cluster(String name, String more) throws Exception {
        return resource(
                ResourceType.CLUSTER,
                name,
                Cluster.newBuilder(),
                "{\"name\": \""
                        + name
                        + "\", \"type\": \"EDS\", \"eds_cluster_config\": {\"eds_config\":"
                        + " {\"ads\": {}}}"
                        + more
                        + "}");
    }

    private static XdsResource endpoints(String name, int port) throws Exception {
        return resource(
                ResourceType.ENDPOINT,
                name,
                ClusterLoadAssignment.newBuilder(),
                """
                {"cluster_name": "NAME", "endpoints": [{"lb_endpoints": [{"endpoint": {"address":
                 {"socket_address": {"address": "127.0.0.1", "port_value": PORT}}}}]}]}
                """
                        .replace("NAME", name)
                        .replace("PORT", Integer.toString(port)));
    }

    private static XdsResource resource(
            ResourceType type, String name, Message.Builder builder, String json) throws Exception {
        JsonFormat.parser().usingTypeRegistry(Extensions.jsonRegistry()).merge(json, builder);
        return XdsResource.of(type, name, builder.build());
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }

    private String get() throws Exception {
        return running().exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    }

    @Test
    void servesWhatTheControlPlaneSendsAndFollowsItsChanges() throws Exception {
        try (EchoUpstream one = EchoUpstream.answering("one");
                EchoUpstream two = EchoUpstream.answering("two")) {
            publish(
                    cluster("a", ""),
                    endpoints("a", one.port()),
                    cluster("b", ""),
                    endpoints("b", two.port()),
                    listener(),
                    routes("a"));
            startProxy();
            await(() -> running().proxy().isReady());
            assertThat(get()).endsWith("one");

            publish(
                    cluster("a", ""),
                    endpoints("a", one.port()),
                    cluster("b", ""),
                    endpoints("b", two.port()),
                    listener(),
                    routes("b"));
            await(() -> get().endsWith("two"));

            publish(
                    cluster("a", ""),
                    endpoints("a", one.port()),
                    cluster("b", ""),
                    endpoints("b", one.port()),
                    listener(),
                    routes("b"));
            await(() -> get().endsWith("one"));
            assertThat(refusals).isEmpty();
        }
    }

    @Test
    void refusesOneResourceByItsPathAndKeepsTheLastGoodOne() throws Exception {
        try (EchoUpstream one = EchoUpstream.answering("one")) {
            publish(cluster("a", ""), endpoints("a", one.port()), listener(), routes("a"));
            startProxy();
            await(() -> running().proxy().isReady());

            publish(
                    cluster("a", ", \"lb_policy\": \"CLUSTER_PROVIDED\""),
                    endpoints("a", one.port()),
                    listener(),
                    routes("a"));

            await(() -> !refusals.isEmpty());
            assertThat(refusals.getFirst()).contains("lb_policy: CLUSTER_PROVIDED is for");
            assertThat(get()).endsWith("one");
        }
    }

    @Test
    void aListenerWhoseAddressIsTakenIsRefusedByNameAndTheOthersServe() throws Exception {
        try (EchoUpstream one = EchoUpstream.answering("one");
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Listener second =
                    listener().body().unpack(Listener.class).toBuilder()
                            .setName("second")
                            .setAddress(address(taken.getLocalPort()))
                            .build();
            publish(
                    cluster("a", ""),
                    endpoints("a", one.port()),
                    listener(),
                    XdsResource.of(ResourceType.LISTENER, second.getName(), second),
                    routes("a"));

            startProxy();
            await(() -> !refusals.isEmpty());

            assertThat(refusals.getFirst())
                    .contains("second")
                    .contains("cannot bind 127.0.0.1:" + taken.getLocalPort());
            await(() -> running().proxy().isReady());
            assertThat(get()).endsWith("one");
        }
    }

    @Test
    void aListenerTakesOverTheAddressOfOneThatGoes() throws Exception {
        try (EchoUpstream one = EchoUpstream.answering("one")) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Listener first =
                    listener().body().unpack(Listener.class).toBuilder()
                            .setName("first")
                            .setAddress(address(port))
                            .build();
            publish(
                    cluster("a", ""),
                    endpoints("a", one.port()),
                    XdsResource.of(ResourceType.LISTENER, first.getName(), first),
                    routes("a"));
            startProxy();
            await(() -> running().proxy().isReady());

            Listener second = first.toBuilder().setName("second").build();
            publish(
                    cluster("a", ""),
                    endpoints("a", one.port()),
                    XdsResource.of(ResourceType.LISTENER, second.getName(), second),
                    routes("a"));

            await(() -> running().admin("GET", "/listeners").contains("second::"));
            assertThat(refusals).isEmpty();
        }
    }

    private static io.envoyproxy.envoy.config.core.v3.Address address(int port) {
        return io.envoyproxy.envoy.config.core.v3.Address.newBuilder()
                .setSocketAddress(
                        io.envoyproxy.envoy.config.core.v3.SocketAddress.newBuilder()
                                .setAddress("127.0.0.1")
                                .setPortValue(port))
                .build();
    }

    @Test
    void anUnchangedListenerKeepsItsConnectionsThroughAnUpdate() throws Exception {
        try (EchoUpstream one = EchoUpstream.answering("one")) {
            publish(cluster("a", ""), endpoints("a", one.port()), listener(), routes("a"));
            startProxy();
            await(() -> running().proxy().isReady());
            try (RawClient client = running().client()) {
                client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").response();
                List<XdsResource> more = new ArrayList<>(List.of(listener(), routes("b")));
                more.add(cluster("b", ""));
                more.add(endpoints("b", one.port()));
                publish(more.toArray(new XdsResource[0]));
                await(() -> running().admin("GET", "/clusters").contains("b::added_via_api"));

                assertThat(client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").response())
                        .endsWith("one");
            }
        }
    }

    @Override
    public void connected(XdsPeer peer) {}

    @Override
    public void sent(XdsPeer peer, ResourceType type, String snapshotVersion, int resources) {}

    @Override
    public void acknowledged(XdsPeer peer, ResourceType type, String snapshotVersion) {}

    @Override
    public void refused(XdsPeer peer, ResourceType type, String snapshotVersion, String message) {
        refusals.add(message);
    }

    @Override
    public void disconnected(XdsPeer peer) {}
}
