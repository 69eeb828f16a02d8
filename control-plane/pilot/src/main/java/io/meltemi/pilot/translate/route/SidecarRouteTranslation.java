package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import java.util.List;

/// The routes of a sidecar's outbound side: one virtual host per service. Thread-safe: pure.
public final class SidecarRouteTranslation {
    private SidecarRouteTranslation() {}

    public static RouteConfiguration translate(SidecarRouteInput input) {
        return table(
                        input.name(),
                        SidecarHostTranslation.hosts(input),
                        input.outboundPolicy(),
                        input.forwardProxy())
                .build();
    }

    /// A table of these virtual hosts and what takes everything that is left.
    static RouteConfiguration.Builder table(
            String name,
            List<SidecarHostInput> hosts,
            OutboundPolicy outboundPolicy,
            boolean forwardProxy) {
        RouteConfiguration.Builder config =
                RouteConfiguration.newBuilder()
                        .setName(name)
                        .setValidateClusters(Protos.FALSE)
                        .setMaxDirectResponseBodySizeBytes(LocalAnswers.LARGEST_BODY)
                        .setIgnorePortInHostMatching(!forwardProxy);
        hosts.forEach(host -> config.addVirtualHosts(SidecarHostTranslation.translate(host)));
        // A virtual service may take all hosts for itself: then nothing is left to catch.
        boolean isTaken = hosts.stream().anyMatch(host -> host.host().equals("*"));
        return isTaken && !forwardProxy
                ? config
                : config.addVirtualHosts(catchAll(outboundPolicy, forwardProxy));
    }

    private static VirtualHost catchAll(OutboundPolicy outboundPolicy, boolean forwardProxy) {
        boolean passes = outboundPolicy == OutboundPolicy.ALLOW_ANY && !forwardProxy;
        Route.Builder route = Route.newBuilder().setMatch(RouteMatch.newBuilder().setPrefix("/"));
        if (passes) {
            route.setName("allow_any")
                    .setRoute(HttpRouteTranslation.plain(ClusterNames.PASSTHROUGH));
        } else {
            // A forward proxy does not know where an unknown host was going to.
            route.setName("block_all")
                    .setDirectResponse(DirectResponseAction.newBuilder().setStatus(502));
        }
        return VirtualHost.newBuilder()
                .setName(passes ? "allow_any" : "block_all")
                .addDomains("*")
                .addRoutes(route)
                .setIncludeRequestAttemptCount(true)
                .build();
    }
}
