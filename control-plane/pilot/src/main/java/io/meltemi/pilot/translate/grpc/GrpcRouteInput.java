package io.meltemi.pilot.translate.grpc;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.route.SidecarHostInput;
import io.meltemi.pilot.translate.route.SidecarHostTranslation;

/// The routes of one port of a service for gRPC's clients. Immutable; the cache's key.
///
/// Whoever asks has chosen the service by the name of a listener: no domain is compared again.
///
/// @param host of this service alone
public record GrpcRouteInput(SidecarHostInput host) {
    /// That of the service's cluster.
    public String name() {
        return ClusterNames.outbound(host.port(), "", host.host());
    }

    public RouteConfiguration translate() {
        VirtualHost whole = SidecarHostTranslation.translate(host);
        VirtualHost.Builder out = VirtualHost.newBuilder().setName(whole.getName()).addDomains("*");
        whole.getRoutesList().forEach(route -> out.addAllRoutes(GrpcRoutes.of(route, name())));
        return RouteConfiguration.newBuilder().setName(name()).addVirtualHosts(out).build();
    }
}
