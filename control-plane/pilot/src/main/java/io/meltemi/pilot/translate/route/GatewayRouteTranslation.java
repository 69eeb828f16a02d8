package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.VirtualHost.TlsRequirementType;
import io.meltemi.pilot.scope.Hosts;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.quota.RateLimits;
import io.meltemi.pilot.translate.route.GatewayRouteInput.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The routes of one port of a gateway: one virtual host per host name. Thread-safe: pure.
///
/// Istio: virtual services of one host are joined, oldest first, those routes last that take
/// everything.
public final class GatewayRouteTranslation {
    private GatewayRouteTranslation() {}

    public static RouteConfiguration translate(GatewayRouteInput input) {
        SortedMap<String, Host> byHost = new TreeMap<>(Hosts::bySpecificity);
        for (Binding binding : input.bindings()) {
            List<Route> routes =
                    HttpRouteTranslation.translate(binding.rules(), binding.port(), input.scheme());
            if (routes.isEmpty()) {
                continue;
            }
            for (String host : binding.hosts()) {
                byHost.computeIfAbsent(host, _ -> new Host(binding.port(), new ArrayList<>()))
                        .routes()
                        .addAll(routes);
            }
        }
        // Istio: a host that only redirects needs no virtual service.
        input.redirected()
                .forEach(host -> byHost.putIfAbsent(host, new Host(input.port(), List.of())));
        RouteConfiguration.Builder config =
                RouteConfiguration.newBuilder()
                        .setName(input.name())
                        .setValidateClusters(Protos.FALSE)
                        .setMaxDirectResponseBodySizeBytes(LocalAnswers.LARGEST_BODY)
                        .setIgnorePortInHostMatching(true);
        byHost.forEach((name, host) -> config.addVirtualHosts(host(name, host, input)));
        if (byHost.isEmpty()) {
            config.addVirtualHosts(
                    VirtualHost.newBuilder().setName("blackhole:" + input.port()).addDomains("*"));
        }
        return config.build();
    }

    /// @param port that a server names
    private record Host(int port, List<Route> routes) {}

    private static VirtualHost host(String name, Host host, GatewayRouteInput input) {
        List<Route> routes = host.routes();
        Stream<Route> narrow = routes.stream().filter(r -> !takesEverything(r.getMatch()));
        Stream<Route> wide = routes.stream().filter(r -> takesEverything(r.getMatch())).limit(1);
        return VirtualHost.newBuilder()
                .setName(name + ":" + host.port())
                .addAllRateLimits(RateLimits.descriptors(input.rateLimits()))
                .addDomains(name)
                .setRequireTls(
                        input.redirected().contains(name)
                                ? TlsRequirementType.ALL
                                : TlsRequirementType.NONE)
                .addAllRoutes(Stream.concat(narrow, wide).toList())
                .setIncludeRequestAttemptCount(true)
                .build();
    }

    private static boolean takesEverything(RouteMatch match) {
        boolean anyPath =
                match.getPrefix().equals("/") || match.getSafeRegex().getRegex().equals(".*");
        return anyPath
                && match.getHeadersCount() == 0
                && match.getQueryParametersCount() == 0
                && match.getDynamicMetadataCount() == 0;
    }
}
