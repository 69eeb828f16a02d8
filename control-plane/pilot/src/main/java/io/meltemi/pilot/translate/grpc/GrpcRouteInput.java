package io.meltemi.pilot.translate.grpc;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.pilot.translate.route.SidecarRouteInput;
import io.meltemi.pilot.translate.route.SidecarRouteTranslation;

/// The routes of one port of a service for gRPC's clients. Immutable; the cache's key.
///
/// Whoever asks has chosen the service by the name of a listener: no domain is compared again.
///
/// @param routes of this service alone; their name is that of its cluster
public record GrpcRouteInput(SidecarRouteInput routes) {
    public String name() {
        return routes.name();
    }

    public RouteConfiguration translate() {
        VirtualHost whole = SidecarRouteTranslation.translate(routes).getVirtualHosts(0);
        VirtualHost.Builder host =
                VirtualHost.newBuilder().setName(whole.getName()).addDomains("*");
        whole.getRoutesList()
                .forEach(route -> host.addAllRoutes(GrpcRoutes.of(route, routes.name())));
        return RouteConfiguration.newBuilder().setName(routes.name()).addVirtualHosts(host).build();
    }
}
