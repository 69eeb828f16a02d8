package io.meltemi.pilot.translate.route;

import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.Delegate;
import io.meltemi.model.config.HttpRoute.HttpDirectResponse;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.HttpRoute.HttpRedirect;
import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;
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
        return translate(rules, port, "http");
    }

    /// The same for callers who speak another scheme than `http`.
    static List<Route> translate(RouteRules rules, int port, String scheme) {
        List<Route> routes = new ArrayList<>();
        for (HttpRoute http : rules.service().http()) {
            if (http.match().isEmpty()) {
                add(routes, rules, http, Optional.empty(), port, scheme);
                return routes;
            }
            for (HttpMatchRequest match : http.match()) {
                if (match.port().orElse(port) != port) {
                    continue;
                }
                add(routes, rules, http, Optional.of(match), port, scheme);
                if (RouteMatches.isEverything(match)) {
                    return routes;
                }
            }
        }
        return routes;
    }

    /// All requests to one service, as if nobody had written anything.
    static Route.Builder defaultRoute(String host, int port, Optional<HttpRetry> retries) {
        RouteAction.Builder action = plain(ClusterNames.outbound(port, "", host));
        RetryPolicies.translate(retries, RetryPolicies.Tries.ELSEWHERE)
                .ifPresent(action::setRetryPolicy);
        return Route.newBuilder()
                .setName("default")
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRoute(action)
                .setMetadata(ConfigMetadata.route(Optional.empty(), host))
                .setDecorator(decorator(host, port, "/*"));
    }

    /// Calls a cluster without any limit in time.
    static RouteAction.Builder plain(String cluster) {
        return RouteAction.newBuilder().setCluster(cluster).setTimeout(Protos.ZERO);
    }

    private static void add(
            List<Route> routes,
            RouteRules rules,
            HttpRoute http,
            Optional<HttpMatchRequest> written,
            int port,
            String scheme) {
        RouteMatch match =
                written.map(m -> RouteMatches.translate(m, rules.service().semantics()))
                        .orElseGet(RouteMatches::everything);
        Route.Builder out =
                Route.newBuilder()
                        .setMatch(match)
                        .addAllRequestHeadersToAdd(HeaderChanges.added(http.headers().request()))
                        .addAllRequestHeadersToRemove(
                                HeaderChanges.removed(http.headers().request()))
                        .addAllResponseHeadersToAdd(HeaderChanges.added(http.headers().response()))
                        .addAllResponseHeadersToRemove(
                                HeaderChanges.removed(http.headers().response()));
        name(http.name(), written.flatMap(HttpMatchRequest::name)).ifPresent(out::setName);
        written.flatMap(HttpMatchRequest::statPrefix).ifPresent(out::setStatPrefix);
        switch (http.action()) {
            case HttpRoute.Route(var destinations) -> {
                if (destinations.isEmpty()) {
                    return;
                }
                forward(out, rules, http, port);
            }
            case HttpRedirect redirect ->
                    out.setRedirect(LocalAnswers.redirect(redirect, port, scheme))
                            .setMetadata(ConfigMetadata.of(rules.service().key()));
            case HttpDirectResponse answer ->
                    out.setDirectResponse(LocalAnswers.directResponse(answer))
                            .setMetadata(ConfigMetadata.of(rules.service().key()));
            // Those that are left lead nowhere: the delegate does not exist or shows itself to
            // others only.
            case Delegate _ -> {
                return;
            }
        }
        http.fault()
                .ifPresent(fault ->
                        out.putTypedPerFilterConfig(
                                Faults.FILTER, Protos.any(Faults.translate(fault))));
        http.corsPolicy()
                .ifPresent(cors ->
                        out.putTypedPerFilterConfig(
                                CorsPolicies.FILTER, Protos.any(CorsPolicies.translate(cors))));
        routes.add(out.build());
    }

    /// Istio: a match that has a name adds it to the route's.
    private static Optional<String> name(Optional<String> route, Optional<String> match) {
        return match.map(m -> route.orElse("") + "." + m).or(() -> route);
    }

    private static void forward(Route.Builder out, RouteRules rules, HttpRoute http, int port) {
        ForwardedRoutes forwarded = new ForwardedRoutes(rules, port);
        out.setRoute(forwarded.action(http))
                .setMetadata(
                        ConfigMetadata.route(
                                Optional.of(rules.service().key()), forwarded.host(http)))
                .setDecorator(
                        decorator(
                                forwarded.host(http),
                                forwarded.port(http),
                                operation(out.getMatch())));
        if (forwarded.isUndeclared(http)) {
            out.putTypedPerFilterConfig(SpokenMark.FILTER, SpokenMark.OF_ROUTE);
        }
    }

    private static String operation(RouteMatch match) {
        return switch (match.getPathSpecifierCase()) {
            case PATH -> match.getPath();
            case PREFIX -> match.getPrefix() + "*";
            case PATH_SEPARATED_PREFIX -> match.getPathSeparatedPrefix() + "*";
            default -> "/*";
        };
    }

    private static Decorator decorator(String host, int port, String operation) {
        return Decorator.newBuilder().setOperation(host + ":" + port + operation).build();
    }
}
