package io.meltemi.proxy;

import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.transport.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A proxy on loopback for one test, made of YAML.
final class RunningProxy implements AutoCloseable {
    private final EventLoopGroup loops;
    private final Proxy proxy;

    RunningProxy(String yaml) throws Exception {
        loops = new MultiThreadIoEventLoopGroup(1, Transport.choose("auto").handlers());
        try {
            proxy =
                    Proxy.start(
                            new BootstrapReader().tree(yaml, "test.yaml"),
                            ProxyEnvironment.of(loops, 1));
        } catch (Exception e) {
            var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /// A bootstrap of what a control plane on this port of loopback sends over delta ADS.
    static String onAds(int port) {
        return """
        node: {id: test, cluster: test}
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        dynamic_resources:
          ads_config:
            api_type: DELTA_GRPC
            transport_api_version: V3
            grpc_services: [{envoy_grpc: {cluster_name: xds}}]
          cds_config: {ads: {}, resource_api_version: V3}
          lds_config: {ads: {}, resource_api_version: V3}
        static_resources:
          clusters:
        """
                + cluster("xds", port).indent(2);
    }

    /// A bootstrap with one listener of these routes and these clusters.
    static String yaml(String routes, String clusters) {
        return """
        admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
        static_resources:
          listeners:
          - name: in
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: in
                  upgrade_configs: [{upgrade_type: websocket}]
                  route_config:
                    name: r
                    virtual_hosts:
                    - name: v
                      domains: ["*"]
                      routes:
        """
                + routes.indent(14)
                + """
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                  clusters:
                """
                + clusters.indent(2);
    }

    static String cluster(String name, int... ports) {
        StringBuilder endpoints = new StringBuilder();
        for (int port : ports) {
            endpoints.append(
                    "{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: "
                            + port
                            + "}}}},");
        }
        return "- {name: "
                + name
                + ", type: STATIC, load_assignment: {cluster_name: "
                + name
                + ", endpoints: [{lb_endpoints: ["
                + endpoints
                + "]}]}}\n";
    }

    Proxy proxy() {
        return proxy;
    }

    SocketAddress address() {
        SocketAddress address = proxy.listenerSockets().get("in");
        if (address == null) {
            throw new IllegalStateException("the listener is not bound");
        }
        return address;
    }

    RawClient client() throws Exception {
        return new RawClient(address());
    }

    /// Sends one request on a connection of its own.
    String exchange(String request) throws Exception {
        try (RawClient client = client()) {
            return client.send(request).response();
        }
    }

    /// The page for Prometheus, once it has a line that begins so, or as it is after 20 s.
    String prometheus(String expected) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        String page = admin("GET", "/stats/prometheus");
        while (!page.contains("\n" + expected) && System.nanoTime() < end) {
            Thread.onSpinWait();
            page = admin("GET", "/stats/prometheus");
        }
        return page;
    }

    String admin(String method, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://" + proxy.adminAddress() + path))
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    @Override
    public void close() {
        proxy.close();
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
