package io.meltemi.galley.gatewayapi;

import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.galley.gatewayapi.GatewayApiObject.RouteObject;
import io.meltemi.galley.gatewayapi.RouteRules.Placed;
import io.meltemi.model.config.ConfigResource;
import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.Sourced;
import io.meltemi.model.config.StringMatch;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.diagnostic.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// Joins the routes of all that share a host behind one parent. Confined to one reading.
///
/// Istio joins them so, with these names; the tilde keeps them apart from all that is written.
final class HostRoutes {
    private static final StringMatch ROOT = new StringMatch.Prefix("/");

    private final SortedMap<String, Collected> collected = new TreeMap<>();

    /// @param first the route that was the first to have the host
    private record Collected(
            String host, String gateway, Metadata first, Origin at, List<Member> members) {}

    /// @param at in the document of the route
    private record Member(HttpRoute http, Written<RouteObject> route, FieldPath at) {}

    void addToGateway(Written<RouteObject> route, String gateway, String host, List<Placed> http) {
        add(gateway.replace('/', '~'), gateway, route, host, http);
    }

    /// Istio: routes of one namespace are joined; those of a port stand apart.
    void addToMesh(Written<RouteObject> route, OptionalInt port, String host, List<Placed> http) {
        if (port.isEmpty()) {
            add(route.namespace(), VirtualService.MESH, route, host, http);
        } else {
            add(
                    route.namespace() + "~" + port.getAsInt(),
                    VirtualService.MESH,
                    route,
                    host,
                    http.stream().map(p -> new Placed(onPort(p.route(), port), p.at())).toList());
        }
    }

    private void add(
            String place,
            String gateway,
            Written<RouteObject> route,
            String host,
            List<Placed> http) {
        if (http.isEmpty()) {
            return;
        }
        collected
                .computeIfAbsent(
                        place + "~" + host,
                        _ ->
                                new Collected(
                                        host,
                                        gateway,
                                        route.object().metadata(),
                                        route.at(),
                                        new ArrayList<>()))
                .members()
                .addAll(http.stream().map(p -> new Member(p.route(), route, p.at())).toList());
    }

    private static HttpRoute onPort(HttpRoute route, OptionalInt port) {
        List<HttpMatchRequest> matches =
                route.match().isEmpty()
                        ? List.of(all(port))
                        : route.match().stream().map(m -> onPort(m, port)).toList();
        return route.matching(matches);
    }

    private static HttpMatchRequest onPort(HttpMatchRequest match, OptionalInt port) {
        return new HttpMatchRequest(
                match.name(),
                match.uri(),
                match.ignoreUriCase(),
                match.scheme(),
                match.method(),
                match.authority(),
                match.headers(),
                match.withoutHeaders(),
                match.queryParams(),
                port,
                match.sourceLabels(),
                match.sourceNamespace(),
                match.gateways(),
                match.statPrefix());
    }

    /// Whatever comes on the port.
    private static HttpMatchRequest all(OptionalInt port) {
        return new HttpMatchRequest(
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Map.of(),
                port,
                Map.of(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    /// One virtual service for each parent and host. Routes that another one hides are reported.
    List<Sourced<ConfigResource>> converted() {
        List<Sourced<ConfigResource>> services = new ArrayList<>();
        collected.forEach((name, routes) -> {
            List<Member> sorted = RoutePrecedence.sorted(routes.members(), Member::http);
            reportHidden(routes.host(), sorted);
            services.add(
                    new Sourced<>(
                            new VirtualService(
                                    new Metadata(name, routes.first().namespace(), Map.of()),
                                    List.of(routes.host()),
                                    List.of(routes.gateway()),
                                    sorted.stream().map(Member::http).toList(),
                                    List.of(),
                                    List.of(),
                                    List.of(),
                                    VirtualService.Semantics.GATEWAY_API),
                            routes.at()));
        });
        return services;
    }

    /// Istio: a regular expression comes after every prefix, and so behind one of everything.
    private static void reportHidden(String host, List<Member> sorted) {
        Optional<Member> everything = Optional.empty();
        for (Member member : sorted) {
            if (everything.isPresent()) {
                Member hiding = everything.get();
                member.route()
                        .findings()
                        .judge(
                                Code.UNREACHABLE_RULE,
                                member.at(),
                                "never reached at %s: %s %s (%s) takes every request before it"
                                        .formatted(
                                                host,
                                                hiding.route().object().kind().kindName(),
                                                hiding.route().fullName(),
                                                hiding.at()));
            } else if (takesEverything(member.http())) {
                everything = Optional.of(member);
            }
        }
    }

    private static boolean takesEverything(HttpRoute route) {
        return route.match().stream()
                .allMatch(m ->
                        m.uri().orElse(ROOT).equals(ROOT)
                                && m.method().isEmpty()
                                && m.headers().isEmpty()
                                && m.queryParams().isEmpty());
    }
}
