package io.meltemi.bench.soak;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.meltemi.testkit.YamlResource;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import io.meltemi.xds.testing.ScriptedAds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// A control plane over delta ADS that never rests. Confined to its thread.
final class SoakControl implements AutoCloseable {
    /// Every so many changes the listener's filter chain changes, too, and its connections drain.
    static final int LISTENER_EVERY = 30;

    private static final String LISTENER =
            """
            name: web
            address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: webGENERATION
                  rds: {route_config_name: routes, config_source: {ads: {}, resource_api_version: V3}}
                  http_filters:
                  - name: envoy.filters.http.fault
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault}
                  - name: envoy.filters.http.router
                    typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;

    private static final String ROUTES =
            """
            name: routes
            virtual_hosts:
            - name: all
              domains: ["*"]
              response_headers_to_add: [{header: {key: x-generation, value: "GENERATION"}}]
              routes:
              - match: {prefix: /}
                route:
                  weighted_clusters:
                    clusters:
                    - {name: steady, weight: WEIGHT}
                    - {name: CHANGING, weight: REST}
            """;

    private static final String CLUSTER =
            """
            name: NAME
            type: STATIC
            connect_timeout: 5s
            load_assignment:
              cluster_name: NAME
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: UPSTREAM}}}
            """;

    private static final int SHARES = 100;

    private final ScriptedAds ads = new ScriptedAds();
    private final Server server;
    private final int listenerPort;
    private final int upstreamPort;

    SoakControl(int listenerPort, int upstreamPort) throws IOException {
        this.listenerPort = listenerPort;
        this.upstreamPort = upstreamPort;
        this.server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .addService(ads.service())
                        .build()
                        .start();
    }

    int port() {
        return server.getPort();
    }

    /// The first configuration, when the proxy asks for it. Blocks.
    void begin() throws IOException {
        ads.await(ResourceType.CLUSTER);
        // Its next questions may come before it has acknowledged this.
        ads.respond(
                ResourceType.CLUSTER, List.of(cluster("steady"), cluster("changing0")), List.of());
        ads.await(ResourceType.LISTENER);
        ads.respond(ResourceType.LISTENER, List.of(listener(0)), List.of());
        ads.await(ResourceType.ROUTE);
        send(ResourceType.ROUTE, List.of(routes(0)), List.of());
    }

    /// Another configuration: first the new cluster, then the routes that want it, then the old
    /// cluster goes. Blocks until the proxy has acknowledged all.
    ///
    /// @throws IOException when the proxy refuses one
    void change(int generation) throws IOException {
        send(ResourceType.CLUSTER, List.of(cluster(changing(generation))), List.of());
        send(ResourceType.ROUTE, List.of(routes(generation)), List.of());
        send(ResourceType.CLUSTER, List.of(), List.of(changing(generation + 1)));
        if (generation % LISTENER_EVERY == 0) {
            send(ResourceType.LISTENER, List.of(listener(generation)), List.of());
        }
    }

    private void send(ResourceType type, List<XdsResource> resources, List<String> removed)
            throws IOException {
        String nonce = ads.respond(type, resources, removed);
        DeltaDiscoveryRequest answer =
                ads.await(request -> request.getResponseNonce().equals(nonce));
        if (answer.hasErrorDetail()) {
            throw new IOException("the proxy refuses: " + answer.getErrorDetail().getMessage());
        }
    }

    private static String changing(int generation) {
        return "changing" + generation % 2;
    }

    private XdsResource cluster(String name) {
        String text =
                CLUSTER.replace("NAME", name).replace("UPSTREAM", Integer.toString(upstreamPort));
        return YamlResource.of(ResourceType.CLUSTER, name, text);
    }

    private static XdsResource routes(int generation) {
        int weight = 1 + generation % (SHARES - 1);
        String text =
                ROUTES.replace("GENERATION", Integer.toString(generation))
                        .replace("CHANGING", changing(generation))
                        .replace("WEIGHT", Integer.toString(weight))
                        .replace("REST", Integer.toString(SHARES - weight));
        return YamlResource.of(ResourceType.ROUTE, "routes", text);
    }

    private XdsResource listener(int generation) {
        String text =
                LISTENER.replace("GENERATION", Integer.toString(generation))
                        .replace("PORT", Integer.toString(listenerPort));
        return YamlResource.of(ResourceType.LISTENER, "web", text);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
