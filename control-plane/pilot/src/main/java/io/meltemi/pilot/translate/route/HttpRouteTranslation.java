package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.meltemi.model.config.Destination;
import io.meltemi.model.config.VirtualService.HttpMatchRequest;
import io.meltemi.model.config.VirtualService.HttpRoute;
import io.meltemi.model.config.VirtualService.HttpRouteDestination;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.RouteRules.Target;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `http` part of a virtual service as Envoy's routes. Thread-safe: pure.
public final class HttpRouteTranslation {
    private HttpRouteTranslation() {}

    /// The routes in their order, up to the first that takes everything: what follows it could
    /// never be reached.
    ///
    /// @param port on which the caller calls; where a destination names none and has several
    public static List<Route> translate(RouteRules rules, int port) {
        List<Route> routes = new ArrayList<>();
        for (HttpRoute http : rules.service().http()) {
            if (http.route().isEmpty()) {
                continue;
            }
            if (http.match().isEmpty()) {
                routes.add(route(rules, http, RouteMatches.everything(), port));
                return routes;
            }
            for (HttpMatchRequest match : http.match()) {
                routes.add(route(rules, http, RouteMatches.translate(match), port));
                if (RouteMatches.isEverything(match)) {
                    return routes;
                }
            }
        }
        return routes;
    }

    /// All requests to one service, as if nobody had written anything.
    public static Route defaultRoute(String host, int port) {
        return Route.newBuilder()
                .setName("default")
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRoute(
                        plain(ClusterNames.outbound(port, "", host))
                                .setRetryPolicy(RetryPolicies.outboundDefault()))
                .setMetadata(ConfigMetadata.route(Optional.empty(), host))
                .setDecorator(decorator(host, port, "/*"))
                .build();
    }

    /// Calls a cluster without any limit in time.
    static RouteAction.Builder plain(String cluster) {
        return RouteAction.newBuilder().setCluster(cluster).setTimeout(Protos.ZERO);
    }

    private static Route route(RouteRules rules, HttpRoute http, RouteMatch match, int port) {
        RouteAction.Builder action =
                RouteAction.newBuilder()
                        .setTimeout(Protos.duration(http.timeout().orElse(Duration.ZERO)));
        destinations(action, rules, http.route(), port);
        RetryPolicies.translate(http.retries()).ifPresent(action::setRetryPolicy);
        http.rewrite()
                .ifPresent(rewrite -> {
                    rewrite.uri().ifPresent(action::setPrefixRewrite);
                    rewrite.authority().ifPresent(action::setHostRewriteLiteral);
                });
        Target first = target(rules, http.route().getFirst().destination());
        Route.Builder route =
                Route.newBuilder()
                        .setMatch(match)
                        .setRoute(action)
                        .setMetadata(
                                ConfigMetadata.route(
                                        Optional.of(rules.service().key()), first.host()))
                        .setDecorator(
                                decorator(
                                        first.host(),
                                        number(first, http.route().getFirst().destination(), port),
                                        operation(match)));
        http.name().ifPresent(route::setName);
        http.fault()
                .ifPresent(fault ->
                        route.putTypedPerFilterConfig(
                                Faults.FILTER, Protos.any(Faults.translate(fault))));
        return route.build();
    }

    private static String operation(RouteMatch match) {
        return switch (match.getPathSpecifierCase()) {
            case PATH -> match.getPath();
            case PREFIX -> match.getPrefix() + "*";
            default -> "/*";
        };
    }

    private static Decorator decorator(String host, int port, String operation) {
        return Decorator.newBuilder().setOperation(host + ":" + port + operation).build();
    }

    /// Istio: a lone destination needs no weight, and one of weight 0 is left out beside others.
    private static void destinations(
            RouteAction.Builder action,
            RouteRules rules,
            List<HttpRouteDestination> written,
            int port) {
        List<HttpRouteDestination> used =
                written.size() == 1
                        ? written
                        : written.stream().filter(d -> d.weight() > 0).toList();
        if (used.size() == 1) {
            action.setCluster(cluster(rules, used.getFirst().destination(), port));
            return;
        }
        WeightedCluster.Builder clusters = WeightedCluster.newBuilder();
        for (HttpRouteDestination destination : used.isEmpty() ? written : used) {
            clusters.addClusters(
                    WeightedCluster.ClusterWeight.newBuilder()
                            .setName(cluster(rules, destination.destination(), port))
                            .setWeight(Protos.uint32(used.isEmpty() ? 1 : destination.weight())));
        }
        action.setWeightedClusters(clusters);
    }

    /// The cluster may not exist: then Envoy answers 503 with flag NC, as with Istio.
    private static String cluster(RouteRules rules, Destination destination, int port) {
        Target target = target(rules, destination);
        return ClusterNames.outbound(
                number(target, destination, port), destination.subset().orElse(""), target.host());
    }

    private static int number(Target target, Destination destination, int port) {
        return destination.port().orElse(target.solePort().orElse(port));
    }

    private static Target target(RouteRules rules, Destination destination) {
        Target target = rules.destinations().get(destination.host());
        if (target == null) {
            throw new IllegalStateException(
                    "destination '" + destination.host() + "' was not looked up");
        }
        return target;
    }
}
