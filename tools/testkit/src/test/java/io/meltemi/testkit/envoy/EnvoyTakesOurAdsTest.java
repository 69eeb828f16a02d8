package io.meltemi.testkit.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.http.Reply;
import io.meltemi.fixtures.http.ScriptedUpstream;
import io.meltemi.testkit.Deadline;
import io.meltemi.testkit.FreePort;
import io.meltemi.testkit.YamlResource;
import io.meltemi.testkit.xds.Bootstraps;
import io.meltemi.xds.server.AdsServer;
import io.meltemi.xds.server.AdsSettings;
import io.meltemi.xds.server.XdsServerPort;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.snapshot.XdsSnapshot;
import io.meltemi.xds.testing.FixedSnapshots;
import io.meltemi.xds.testing.RecordedObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real Envoy is the judge of our ADS server, in both dialects.
final class EnvoyTakesOurAdsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /// Clusters beside the one that serves.
    private static final int SOME = 20;

    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final RecordedObserver observer = new RecordedObserver();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<AutoCloseable> open = new ArrayList<>();
    private AdsSettings settings = AdsSettings.DEFAULT;
    private final ScriptedUpstream blue;
    private final ScriptedUpstream green;

    EnvoyTakesOurAdsTest() throws IOException {
        blue = ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "blue"));
        green = ScriptedUpstream.start().otherwise(_ -> Reply.of(200, "green"));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
        blue.close();
        green.close();
        Future<?> _ = loops.shutdownGracefully();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC"})
    void envoyServesWhatWeSendItAndFollowsARouteToAnotherCluster(String dialect) throws Exception {
        publish("1", "blue");
        EnvoyProcess envoy = envoy(dialect).awaitReady();
        int port = envoy.admin().listenerPort("web");
        Message before = PlainClient.get(port, "/");

        publish("2", "green");

        assertThat(before.body()).isEqualTo("blue");
        Deadline.await("the new route", SOON, () -> says(port, "green"), envoy::log);
        assertThat(observer.lines()).noneMatch(line -> line.startsWith("nack"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC"})
    void noRequestIsLostWhenARouteMovesToANewClusterAndTheOldOneGoes(String dialect)
            throws Exception {
        snapshots.publish(
                snapshot("1", "blue", List.of(cluster("blue", 1), endpoints("blue", blue))));
        EnvoyProcess envoy = envoy(dialect).awaitReady();
        int port = envoy.admin().listenerPort("web");

        snapshots.publish(
                snapshot("2", "green", List.of(cluster("green", 1), endpoints("green", green))));

        Deadline.await(
                "the new route",
                SOON,
                () -> {
                    Message answer = PlainClient.get(port, "/");
                    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                    return answer.body().equals("green");
                },
                envoy::log);
        Deadline.await(
                "the end of cluster blue",
                SOON,
                () -> !envoy.admin().get("/clusters").contains("blue::"),
                envoy::log);
        assertThat(observer.lines()).noneMatch(line -> line.startsWith("nack"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC"})
    void aChangedClusterIsWarmAtOnce(String dialect) throws Exception {
        publish("1", "blue");
        EnvoyProcess envoy = envoy(dialect).awaitReady();

        snapshots.publish(
                snapshot("2", "blue", List.of(cluster("blue", 2), endpoints("blue", blue))));

        // Without its endpoints Envoy would wait for its initial fetch timeout, 15 s.
        Deadline.await(
                "the changed cluster",
                SOON,
                () ->
                        envoy.admin().get("/config_dump").contains("\"connect_timeout\": \"2s\"")
                                && envoy.admin().stat("cluster_manager.warming_clusters") == 0
                                && envoy.admin().stat("cluster_manager.cluster_modified") == 1,
                envoy::log);
        assertThat(PlainClient.get(envoy.admin().listenerPort("web"), "/").body())
                .isEqualTo("blue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC"})
    void aBadClusterThatEnvoyNamesIsRefusedAloneAndTheGoodOneServes(String dialect)
            throws Exception {
        String refusal = refuseOne(dialect, "{name: bad, lb_policy: CLUSTER_PROVIDED}");

        assertThat(refusal).contains("bad");
    }

    @ParameterizedTest
    @ValueSource(strings = "DELTA_GRPC")
    void aBadClusterThatEnvoyDoesNotNameIsFoundAndTheGoodOneServes(String dialect)
            throws Exception {
        String refusal = refuseOne(dialect, "{name: bad, connect_timeout: -5s}");

        assertThat(refusal).doesNotContain("bad");
    }

    private String refuseOne(String dialect, String badCluster) throws Exception {
        snapshots.publish(
                snapshot("1", "blue", List.of(cluster("blue", 1), endpoints("blue", blue))));
        EnvoyProcess envoy = envoy(dialect).awaitReady();
        int port = envoy.admin().listenerPort("web");

        XdsResource bad = YamlResource.of(ResourceType.CLUSTER, "bad", badCluster);
        List<XdsResource> some = List.of(bad, cluster("green", 1), endpoints("green", green));
        snapshots.publish(snapshot("2", "green", some));

        String refusal = observer.await(line -> line.startsWith("nack CLUSTER 2"));
        Deadline.await("the new route", SOON, () -> says(port, "green"), envoy::log);
        return refusal;
    }

    @ParameterizedTest
    @ValueSource(strings = "DELTA_GRPC")
    void envoyRefusesAListenerWhoseAddressIsTaken(String dialect) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            XdsResource second =
                    YamlResource.of(
                            ResourceType.LISTENER,
                            "second",
                            """
                            name: second
                            address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
                            filter_chains:
                            - filters:
                              - name: envoy.filters.network.http_connection_manager
                                typed_config:
                                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                                  stat_prefix: second
                                  rds: {route_config_name: web, config_source: {ads: {}, resource_api_version: V3}}
                                  http_filters:
                                  - name: envoy.filters.http.router
                                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                            """
                                    .replace("PORT", Integer.toString(taken.getLocalPort())));
            snapshots.publish(
                    snapshot(
                            "1",
                            "blue",
                            List.of(cluster("blue", 1), endpoints("blue", blue), second)));

            EnvoyProcess envoy = envoy(dialect).awaitReady();

            String refusal = observer.await(line -> line.startsWith("nack LISTENER 1"));
            assertThat(refusal).contains("second").contains("cannot bind").contains("in use");
            assertThat(says(envoy.admin().listenerPort("web"), "blue")).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA_GRPC", "GRPC"})
    void envoyGoesOnServingWhileTheControlPlaneIsAwayAndFollowsTheNextOne(String dialect)
            throws Exception {
        publish("1", "blue");
        // Taken twice: nobody may get it in between.
        XdsServerPort first = port(FreePort.onLoopback());
        EnvoyProcess envoy = envoy(dialect, first).awaitReady();
        int web = envoy.admin().listenerPort("web");

        first.close();
        boolean servesAlone = says(web, "blue");
        publish("2", "green");
        XdsServerPort _ = port(first.hostPort().port());

        assertThat(servesAlone).isTrue();
        Deadline.await("the new route", SOON, () -> says(web, "green"), envoy::log);
    }

    /// What is too much for one answer comes in several: Envoy begins with the first, and listeners
    /// and routes come after the last.
    @ParameterizedTest
    @ValueSource(strings = "DELTA_GRPC")
    void envoyServesWhenEachClusterComesInAnAnswerOfItsOwn(String dialect) throws Exception {
        settings =
                new AdsSettings(AdsSettings.DEFAULT.maxNames(), AdsSettings.DEFAULT.patience(), 1);
        List<XdsResource> many = new ArrayList<>();
        for (int i = 0; i < SOME; i++) {
            many.add(cluster("cluster" + i, 1));
            many.add(endpoints("cluster" + i, blue));
        }
        many.add(cluster("green", 1));
        many.add(endpoints("green", green));
        snapshots.publish(snapshot("1", "green", many));

        EnvoyProcess envoy = envoy(dialect).awaitReady();

        int web = envoy.admin().listenerPort("web");
        assertThat(says(web, "green")).isTrue();
        assertThat(envoy.admin().get("/clusters"))
                .contains("cluster0::127.0.0.1", "cluster" + (SOME - 1) + "::127.0.0.1");
        List<String> lines = observer.lines();
        assertThat(lines.stream().filter(line -> line.equals("sent CLUSTER 1 1")))
                .hasSize(SOME + 1);
        assertThat(lines.indexOf("sent LISTENER 1 1"))
                .isGreaterThan(lines.lastIndexOf("sent CLUSTER 1 1"));
        assertThat(lines).noneMatch(line -> line.startsWith("nack"));
    }

    private static boolean says(int port, String body) throws IOException {
        return PlainClient.get(port, "/").body().equals(body);
    }

    private EnvoyProcess envoy(String dialect) throws IOException {
        return envoy(dialect, port(0));
    }

    private EnvoyProcess envoy(String dialect, XdsServerPort control) throws IOException {
        EnvoyProcess envoy =
                EnvoyProcess.start(
                        EnvoyBinary.require(), bootstrap(dialect, control.hostPort().port()));
        open.add(envoy);
        return envoy;
    }

    private XdsServerPort port(int number) throws IOException {
        AdsServer ads = new AdsServer(snapshots, observer, settings, threads);
        XdsServerPort port =
                XdsServerPort.plainText(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), number),
                        new XdsServerPort.Loops(
                                loops, loops, NioServerSocketChannel.class, threads),
                        List.of(ads.aggregated()));
        open.add(port);
        return port;
    }

    /// Both clusters, and a route to one.
    private void publish(String version, String target) {
        snapshots.publish(
                snapshot(
                        version,
                        target,
                        List.of(
                                cluster("blue", 1),
                                cluster("green", 1),
                                endpoints("blue", blue),
                                endpoints("green", green))));
    }

    private static XdsSnapshot snapshot(String version, String target, List<XdsResource> rest) {
        List<XdsResource> resources = new ArrayList<>(rest);
        resources.add(
                YamlResource.of(
                        ResourceType.LISTENER,
                        "web",
                        """
                        name: web
                        address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                        filter_chains:
                        - filters:
                          - name: envoy.filters.network.http_connection_manager
                            typed_config:
                              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                              stat_prefix: web
                              rds: {route_config_name: web, config_source: {ads: {}, resource_api_version: V3}}
                              http_filters:
                              - name: envoy.filters.http.router
                                typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                        """));
        resources.add(
                YamlResource.of(
                        ResourceType.ROUTE,
                        "web",
                        """
                        name: web
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - {match: {prefix: /}, route: {cluster: TARGET}}
                        """
                                .replace("TARGET", target)));
        return XdsSnapshot.of(version, resources);
    }

    private static XdsResource cluster(String name, int connectSeconds) {
        return YamlResource.of(
                ResourceType.CLUSTER,
                name,
                """
                name: NAME
                type: EDS
                connect_timeout: SECONDSs
                eds_cluster_config: {eds_config: {ads: {}, resource_api_version: V3}}
                """
                        .replace("NAME", name)
                        .replace("SECONDS", Integer.toString(connectSeconds)));
    }

    private static XdsResource endpoints(String name, ScriptedUpstream upstream) {
        return YamlResource.of(
                ResourceType.ENDPOINT,
                name,
                """
                cluster_name: NAME
                endpoints:
                - lb_endpoints:
                  - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: PORT}}}
                """
                        .replace("NAME", name)
                        .replace("PORT", Integer.toString(upstream.port())));
    }

    private static String bootstrap(String dialect, int controlPort) {
        return """
        node: {id: oracle, cluster: test}
        dynamic_resources:
          ads_config:
            api_type: DIALECT
            transport_api_version: V3
            set_node_on_first_message_only: true
            grpc_services: [{envoy_grpc: {cluster_name: control}}]
          cds_config: {ads: {}, resource_api_version: V3}
          lds_config: {ads: {}, resource_api_version: V3}
        """
                        .replace("DIALECT", dialect)
                + Bootstraps.clusters(controlPort);
    }
}
