package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.fixtures.http.Message;
import io.meltemi.fixtures.http.PlainClient;
import io.meltemi.fixtures.parity.Parity;
import io.meltemi.proxy.http.Draining;
import io.meltemi.testkit.Deadline;
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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of open connections when a listener changes or goes, asked of Envoy and of ours.
///
/// Three filter chains, for clients from 127.0.0.1, .2 (both HTTP) and .3 (echo).
final class ListenerDrainTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int DRAIN_SECONDS = 4;
    private static final String REQUEST = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";

    private final FixedSnapshots snapshots = new FixedSnapshots();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final XdsServerPort control;
    private int version;

    ListenerDrainTest() throws IOException {
        AdsServer ads =
                new AdsServer(snapshots, new RecordedObserver(), AdsSettings.DEFAULT, threads);
        control =
                XdsServerPort.plainText(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new XdsServerPort.Loops(
                                loops, loops, NioServerSocketChannel.class, threads),
                        List.of(ads.aggregated()));
    }

    @AfterEach
    void close() throws Exception {
        control.close();
        Future<?> _ = loops.shutdownGracefully();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    @Parity({"listener.filter_chains.in_place_update", "drain_manager.filter_chain"})
    void onlyConnectionsOfAChangedChainAreLetGo(String name) throws Exception {
        publish(listener("one", "1s"));
        try (ProxyUnderTest proxy = start(name, "immediate")) {
            int port = proxy.admin().listenerPort("web");
            try (PlainClient changed = PlainClient.connect("127.0.0.1", port);
                    PlainClient silent = PlainClient.connect("127.0.0.1", port);
                    PlainClient same = PlainClient.connect("127.0.0.2", port);
                    PlainClient bytes = PlainClient.connect("127.0.0.3", port)) {
                List<String> before = List.of(said(changed), said(silent), said(same));

                long began = System.nanoTime();
                publish(listener("two", "1s"));
                awaitText(proxy, port, "two");
                String last = said(changed);
                // New connections may get the new chain a moment before old ones are let go.
                for (int again = 0; again < 50 && last.equals("one"); again++) {
                    Deadline.pause(10);
                    last = said(changed);
                }
                changed.millisUntilEnd();
                String unharmed = said(same);
                silent.millisUntilEnd();
                long millis = millisSince(began);

                assertThat(before).containsOnly("one", "same");
                assertThat(last).isEqualTo("one, the last");
                assertThat(unharmed).isEqualTo("same");
                assertThat(millis).isBetween(DRAIN_SECONDS * 1000L - 100, 20_000L);
                assertThat(said(same)).isEqualTo("same");
                assertThat(bytes.echo("still here")).isEqualTo("still here");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    @Parity({"listener.update", "drain_manager.listener"})
    void allConnectionsAreLetGoWhenMoreThanChainsChanges(String name) throws Exception {
        publish(listener("one", "1s"));
        try (ProxyUnderTest proxy = start(name, "immediate")) {
            int port = proxy.admin().listenerPort("web");
            try (PlainClient http = PlainClient.connect("127.0.0.2", port);
                    PlainClient bytes = PlainClient.connect("127.0.0.3", port)) {
                said(http);
                bytes.echo("before");

                long began = System.nanoTime();
                publish(listener("two", "2s"));
                awaitText(proxy, port, "two");
                String last = said(http);
                String echo = bytes.echo("after");
                bytes.millisUntilEnd();
                long millis = millisSince(began);

                assertThat(last).isEqualTo("same, the last");
                assertThat(echo).isEqualTo("after");
                assertThat(millis).isBetween(DRAIN_SECONDS * 1000L - 100, 20_000L);
                assertThat(proxy.admin().listenerPort("web")).isEqualTo(port);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    @Parity({"listener.removal", "drain_manager.listener"})
    void aRemovedListenersConnectionsEndWithTheirNextResponse(String name) throws Exception {
        publish(listener("one", "1s"));
        try (ProxyUnderTest proxy = start(name, "immediate")) {
            int port = proxy.admin().listenerPort("web");
            try (PlainClient http = PlainClient.connect("127.0.0.1", port);
                    PlainClient silent = PlainClient.connect("127.0.0.2", port);
                    PlainClient bytes = PlainClient.connect("127.0.0.3", port)) {
                said(http);
                said(silent);
                bytes.echo("before");

                long began = System.nanoTime();
                publish();
                Deadline.await(
                        "the listener's end",
                        SOON,
                        () -> !proxy.admin().get("/listeners").contains("web::"),
                        proxy::log);
                String last = said(http);
                String echo = bytes.echo("after");
                http.millisUntilEnd();
                bytes.millisUntilEnd();
                long millis = millisSince(began);
                long rest = silent.millisUntilEnd();

                assertThat(last).isEqualTo("one, the last");
                assertThat(echo).isEqualTo("after");
                assertThat(millis).isBetween(DRAIN_SECONDS * 1000L - 100, 20_000L);
                assertThat(rest).isLessThan(1000);
            }
        }
    }

    /// With ten minutes to go hardly any response ends its connection.
    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    @Parity("drain_manager.drain_strategy.gradual")
    void aGradualDrainBeginsSlowly(String name) throws Exception {
        publish(listener("one", "1s"));
        try (ProxyUnderTest proxy = start(name, "gradual")) {
            int port = proxy.admin().listenerPort("web");
            try (PlainClient http = PlainClient.connect("127.0.0.1", port)) {
                said(http);

                publish(listener("two", "1s"));
                awaitText(proxy, port, "two");

                assertThat(said(http)).isEqualTo("one");
            }
        }
    }

    /// Beside the listener's own drains there is the whole proxy's: it is not for `MODIFY_ONLY`.
    @ParameterizedTest
    @ValueSource(strings = {"envoy", "ours"})
    @Parity("listener.drain_type")
    void aProxyThatIsNotWellTellsClientsToGo(String name) throws Exception {
        publish(listener("one", "1s"), modifyOnly());
        try (ProxyUnderTest proxy = start(name, "immediate")) {
            int port = proxy.admin().listenerPort("web");
            int other = proxy.admin().listenerPort("modify-only");
            try (PlainClient usual = PlainClient.connect("127.0.0.1", port);
                    PlainClient modifyOnly = PlainClient.connect("127.0.0.1", other);
                    PlainClient admin = PlainClient.connect(proxy.admin().port())) {
                admin.call("POST /healthcheck/fail HTTP/1.1\r\nhost: a\r\n\r\n");

                assertThat(said(usual)).isEqualTo("one, the last");
                assertThat(said(modifyOnly)).isEqualTo("one");
            }
        }
    }

    private static void awaitText(ProxyUnderTest proxy, int port, String text) throws IOException {
        Deadline.await(
                "'" + text + "'",
                SOON,
                () -> PlainClient.get(port, "/").body().equals(text),
                proxy::log);
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static String said(PlainClient client) throws IOException {
        Message response = client.call(REQUEST);
        boolean last = response.header("connection").filter("close"::equals).isPresent();
        return response.body() + (last ? ", the last" : "");
    }

    private ProxyUnderTest start(String name, String strategy) throws IOException {
        boolean gradual = strategy.equals("gradual");
        int seconds = gradual ? 600 : DRAIN_SECONDS;
        ProxyUnderTest proxy =
                name.equals("envoy")
                        ? ProxyUnderTest.envoyWith(
                                bootstrap(),
                                "--drain-time-s",
                                Integer.toString(seconds),
                                "--drain-strategy",
                                strategy)
                        : OurProxy.start(
                                bootstrap(), new Draining.Time(seconds * 1_000_000_000L, gradual));
        Deadline.await("readiness", SOON, proxy.admin()::isReady, proxy::log);
        return proxy;
    }

    private void publish(XdsResource... listeners) {
        snapshots.publish(XdsSnapshot.of(Integer.toString(++version), List.of(listeners)));
    }

    private static final String HTTP =
            """
            {name: envoy.filters.network.http_connection_manager, typed_config: {
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
              stat_prefix: web,
              http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}],
              route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: TEXT}}}]}]}}}
            """;

    private static XdsResource listener(String text, String inspectionTime) {
        return YamlResource.of(
                ResourceType.LISTENER,
                "web",
                """
                {name: web, address: {socket_address: {address: 127.0.0.1, port_value: 0}},
                 listener_filters_timeout: INSPECTION,
                 filter_chains: [
                  {filter_chain_match: {source_prefix_ranges: [{address_prefix: 127.0.0.1, prefix_len: 32}]}, filters: [ONE]},
                  {filter_chain_match: {source_prefix_ranges: [{address_prefix: 127.0.0.2, prefix_len: 32}]}, filters: [SAME]},
                  {filter_chain_match: {source_prefix_ranges: [{address_prefix: 127.0.0.3, prefix_len: 32}]}, filters: [
                   {name: echo, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo}}]}]}
                """
                        .replace("INSPECTION", inspectionTime)
                        .replace("ONE", HTTP.replace("TEXT", text))
                        .replace("SAME", HTTP.replace("TEXT", "same")));
    }

    private static XdsResource modifyOnly() {
        return YamlResource.of(
                ResourceType.LISTENER,
                "modify-only",
                """
                {name: modify-only, address: {socket_address: {address: 127.0.0.1, port_value: 0}},
                 drain_type: MODIFY_ONLY, filter_chains: [{filters: [ONE]}]}
                """
                        .replace("ONE", HTTP.replace("TEXT", "one")));
    }

    private String bootstrap() {
        return """
        node: {id: drain, cluster: test}
        dynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            grpc_services: [{envoy_grpc: {cluster_name: control}}]
          lds_config: {ads: {}, resource_api_version: V3}
        """
                + Bootstraps.clusters(control.hostPort().port());
    }
}
