package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Elsewhere;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.route.SidecarRouteInput.TableOf;
import java.util.List;
import java.util.Optional;

/// The routes of a sidecar's outbound side: one virtual host per service. Thread-safe: pure.
public final class SidecarRouteTranslation {
    private SidecarRouteTranslation() {}

    public static RouteConfiguration translate(SidecarRouteInput input) {
        return table(
                        input.name(),
                        SidecarHostTranslation.hosts(input),
                        input.elsewhere(),
                        input.of())
                .build();
    }

    /// A table of these virtual hosts and what takes everything that is left.
    static RouteConfiguration.Builder table(
            String name, List<SidecarHostInput> hosts, Elsewhere elsewhere, TableOf of) {
        RouteConfiguration.Builder config =
                RouteConfiguration.newBuilder()
                        .setName(name)
                        .setValidateClusters(Protos.FALSE)
                        .setMaxDirectResponseBodySizeBytes(LocalAnswers.LARGEST_BODY)
                        .setIgnorePortInHostMatching(of != TableOf.ALL_PORTS);
        hosts.forEach(host -> config.addVirtualHosts(SidecarHostTranslation.translate(host)));
        return switch (of) {
            case SERVICE -> config;
            // A virtual service may take all hosts for itself: then nothing is left to catch.
            case PORT ->
                    hosts.stream().anyMatch(host -> host.host().equals("*"))
                            ? config
                            : config.addVirtualHosts(catchAll(elsewhere, false));
            case ALL_PORTS -> config.addVirtualHosts(catchAll(elsewhere, true));
        };
    }

    private static VirtualHost catchAll(Elsewhere elsewhere, boolean forwardProxy) {
        Optional<String> cluster =
                switch (elsewhere) {
                    // A forward proxy does not know where an unknown host was going to.
                    case Elsewhere.Passes _ ->
                            forwardProxy ? Optional.empty() : Optional.of(ClusterNames.PASSTHROUGH);
                    case Elsewhere.Refused _ -> Optional.empty();
                    case Elsewhere.Through(String proxy) -> Optional.of(proxy);
                };
        Route.Builder route = Route.newBuilder().setMatch(RouteMatch.newBuilder().setPrefix("/"));
        String name = cluster.isPresent() ? "allow_any" : "block_all";
        cluster.ifPresentOrElse(
                c -> route.setRoute(HttpRouteTranslation.plain(c)),
                () -> route.setDirectResponse(DirectResponseAction.newBuilder().setStatus(502)));
        return VirtualHost.newBuilder()
                .setName(name)
                .addDomains("*")
                .addRoutes(route.setName(name))
                .setIncludeRequestAttemptCount(true)
                .build();
    }
}
