package io.meltemi.pilot.translate.grpc;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.NonForwardingAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.model.config.AuthorizationPolicy;
import io.meltemi.pilot.translate.Protos;
import java.util.List;

/// What a server finds under the address it listens on. Immutable; the cache's key.
///
/// @param host as it stands in the address, without brackets
/// @param transport what its callers must speak
/// @param policies who may call what
public record GrpcServerInput(
        String host, int port, Transport transport, List<AuthorizationPolicy> policies) {
    /// Istio's value of `server_listener_resource_name_template`, but for the `%s` at its end.
    public static final String PREFIX = "xds.istio.io/grpc/lds/inbound/";

    /// gRPC's servers cannot take both on one port.
    public enum Transport {
        PLAIN_TEXT("plaintext"),
        MUTUAL_TLS("mtls");

        private final String word;

        Transport(String word) {
            this.word = word;
        }
    }

    public GrpcServerInput {
        policies = List.copyOf(policies);
    }

    public String name() {
        return PREFIX + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    public Listener translate() {
        HttpConnectionManager manager =
                HttpConnectionManager.newBuilder()
                        .setRouteConfig(routes())
                        .addAllHttpFilters(GrpcPolicies.filters(policies))
                        .addHttpFilters(router())
                        .build();
        FilterChain.Builder chain =
                FilterChain.newBuilder()
                        .setName("inbound-" + transport.word)
                        .addFilters(
                                Filter.newBuilder()
                                        .setName("inbound-hcm-" + transport.word)
                                        .setTypedConfig(Protos.any(manager)));
        if (transport == Transport.MUTUAL_TLS) {
            chain.setTransportSocket(GrpcTls.server());
        }
        return Listener.newBuilder()
                .setName(name())
                .setAddress(Protos.address(host, port))
                .addFilterChains(chain)
                .build();
    }

    /// Always the last.
    static HttpFilter router() {
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http.router")
                .setTypedConfig(Protos.any(Router.getDefaultInstance()))
                .build();
    }

    /// The server is where calls were going.
    private static RouteConfiguration routes() {
        return RouteConfiguration.newBuilder()
                .setName("inbound")
                .addVirtualHosts(
                        VirtualHost.newBuilder()
                                .setName("inbound")
                                .addDomains("*")
                                .addRoutes(
                                        Route.newBuilder()
                                                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                                                .setNonForwardingAction(
                                                        NonForwardingAction.getDefaultInstance())))
                .build();
    }
}
