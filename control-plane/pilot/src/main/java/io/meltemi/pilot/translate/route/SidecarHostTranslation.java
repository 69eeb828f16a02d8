package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedHost;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedService;
import io.meltemi.pilot.translate.route.SidecarRouteInput.TableOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The virtual hosts of a sidecar's outbound side, one per service. Thread-safe: pure.
public final class SidecarHostTranslation {
    private SidecarHostTranslation() {}

    /// All of one port, but for what takes everything that is left.
    static List<SidecarHostInput> hosts(SidecarRouteInput input) {
        if (input.of() == TableOf.SERVICE) {
            return input.services().stream()
                    .map(s -> SidecarHostInput.of(s, List.of("*"), input.defaultRetries()))
                    .toList();
        }
        VirtualHostDomains domains = new VirtualHostDomains(input);
        List<SidecarHostInput> hosts = new ArrayList<>();
        for (RoutedService service : input.services()) {
            hosts.add(SidecarHostInput.of(service, domains.of(service), input.defaultRetries()));
        }
        for (RoutedHost host : input.hosts()) {
            if (!HttpRouteTranslation.translate(host.rules(), host.port()).isEmpty()) {
                hosts.add(
                        new SidecarHostInput(
                                host.host() + ":" + host.port(),
                                host.host(),
                                host.port(),
                                domains.of(host.host(), host.port()),
                                Optional.of(host.rules()),
                                Optional.empty(),
                                false,
                                input.defaultRetries()));
            }
        }
        return hosts;
    }

    public static VirtualHost translate(SidecarHostInput input) {
        return VirtualHost.newBuilder()
                .setName(input.name())
                .addAllDomains(input.domains())
                .addAllRoutes(routes(input))
                .setIncludeRequestAttemptCount(true)
                .build();
    }

    private static List<Route> routes(SidecarHostInput input) {
        return input.rules()
                .map(rules -> HttpRouteTranslation.translate(rules, input.port()))
                .filter(routes -> !routes.isEmpty())
                .orElseGet(() -> List.of(defaultRoute(input)));
    }

    private static Route defaultRoute(SidecarHostInput input) {
        Route.Builder out =
                HttpRouteTranslation.defaultRoute(
                        input.host(), input.port(), input.defaultRetries());
        input.hashKey()
                .map(HashPolicies::translate)
                .ifPresent(out.getRouteBuilder()::addHashPolicy);
        if (input.undeclared()) {
            out.putTypedPerFilterConfig(SpokenMark.FILTER, SpokenMark.OF_ROUTE);
        }
        return out.build();
    }
}
