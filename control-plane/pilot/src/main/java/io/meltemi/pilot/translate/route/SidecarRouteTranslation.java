package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.model.config.OutboundPolicy;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedHost;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedService;
import java.util.List;

/// The routes of a sidecar's outbound side: one virtual host per service. Thread-safe: pure.
public final class SidecarRouteTranslation {
    private SidecarRouteTranslation() {}

    public static RouteConfiguration translate(SidecarRouteInput input) {
        RouteConfiguration.Builder config =
                RouteConfiguration.newBuilder()
                        .setName(input.name())
                        .setValidateClusters(Protos.FALSE)
                        .setMaxDirectResponseBodySizeBytes(LocalAnswers.LARGEST_BODY)
                        .setIgnorePortInHostMatching(!input.forwardProxy());
        VirtualHostDomains domains = new VirtualHostDomains(input);
        for (RoutedService service : input.services()) {
            String host = service.service().hostname().value();
            List<String> names = domains.of(service);
            config.addVirtualHosts(
                    host(host, service.port().number(), names, routes(service, input)));
        }
        // A virtual service may take all hosts for itself: then nothing is left to catch.
        boolean taken = false;
        for (RoutedHost host : input.hosts()) {
            List<Route> routes = HttpRouteTranslation.translate(host.rules(), host.port());
            if (routes.isEmpty()) {
                continue;
            }
            List<String> names = domains.of(host.host(), host.port());
            config.addVirtualHosts(host(host.host(), host.port(), names, routes));
            taken |= host.host().equals("*");
        }
        return taken && !input.forwardProxy()
                ? config.build()
                : config.addVirtualHosts(catchAll(input)).build();
    }

    private static VirtualHost host(
            String host, int port, List<String> domains, List<Route> routes) {
        return VirtualHost.newBuilder()
                .setName(host + ":" + port)
                .addAllDomains(domains)
                .addAllRoutes(routes)
                .setIncludeRequestAttemptCount(true)
                .build();
    }

    private static List<Route> routes(RoutedService routed, SidecarRouteInput input) {
        int port = routed.port().number();
        return routed.rules()
                .map(rules -> HttpRouteTranslation.translate(rules, port))
                .filter(routes -> !routes.isEmpty())
                .orElseGet(() -> List.of(defaultRoute(routed, input)));
    }

    private static Route defaultRoute(RoutedService routed, SidecarRouteInput input) {
        Route route =
                HttpRouteTranslation.defaultRoute(
                        routed.service().hostname().value(),
                        routed.port().number(),
                        input.defaultRetries());
        return routed.hashKey()
                .map(HashPolicies::translate)
                .map(policy -> {
                    Route.Builder out = route.toBuilder();
                    out.getRouteBuilder().addHashPolicy(policy);
                    return out.build();
                })
                .orElse(route);
    }

    private static VirtualHost catchAll(SidecarRouteInput input) {
        boolean passes =
                input.outboundPolicy() == OutboundPolicy.ALLOW_ANY && !input.forwardProxy();
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
