package io.meltemi.pilot.scope;

import io.meltemi.model.config.HttpRoute;
import io.meltemi.model.config.HttpRoute.HttpMatchRequest;
import io.meltemi.model.config.TcpRoute;
import io.meltemi.model.config.TcpRoute.L4Match;
import io.meltemi.model.config.TlsRoute;
import io.meltemi.model.config.TlsRoute.TlsMatch;
import io.meltemi.model.config.VirtualService;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Leaves of a virtual service what one caller can ever match: conditions on the caller itself are
/// decided when routes are made, not for each request. Immutable.
///
/// @param place `mesh`, or the gateway as `NAMESPACE/NAME`
record CallerMatches(Caller caller, String place) {
    /// Whether some condition of the virtual service is on the caller.
    static boolean asks(VirtualService service) {
        return service.http().stream()
                        .flatMap(route -> route.match().stream())
                        .anyMatch(m ->
                                !m.gateways().isEmpty()
                                        || !m.sourceLabels().isEmpty()
                                        || m.sourceNamespace().isPresent())
                || connections(service)
                        .anyMatch(m ->
                                !m.gateways().isEmpty()
                                        || !m.sourceLabels().isEmpty()
                                        || m.sourceNamespace().isPresent());
    }

    /// The labels that a virtual service asks callers for.
    static Stream<String> labels(VirtualService service) {
        return Stream.concat(
                        service.http().stream()
                                .flatMap(route -> route.match().stream())
                                .map(HttpMatchRequest::sourceLabels),
                        connections(service).map(L4Match::sourceLabels))
                .flatMap(labels -> labels.keySet().stream());
    }

    private static Stream<L4Match> connections(VirtualService service) {
        return Stream.concat(
                service.tcp().stream().flatMap(route -> route.match().stream()),
                service.tls().stream()
                        .flatMap(route -> route.match().stream())
                        .map(TlsMatch::connection));
    }

    /// @param gateways how the virtual service's namespace names gateways: to full names
    VirtualService narrow(VirtualService service, Function<String, String> gateways) {
        if (!asks(service)) {
            return service;
        }
        List<HttpRoute> http = new ArrayList<>();
        for (HttpRoute route : service.http()) {
            keep(route.match(), m -> holds(m, gateways)).map(route::matching).forEach(http::add);
        }
        List<TlsRoute> tls = new ArrayList<>();
        for (TlsRoute route : service.tls()) {
            keep(route.match(), m -> holds(m.connection(), gateways))
                    .map(matches -> new TlsRoute(matches, route.route()))
                    .forEach(tls::add);
        }
        List<TcpRoute> tcp = new ArrayList<>();
        for (TcpRoute route : service.tcp()) {
            keep(route.match(), m -> holds(m, gateways))
                    .map(matches -> new TcpRoute(matches, route.route()))
                    .forEach(tcp::add);
        }
        return new VirtualService(
                service.metadata(),
                service.hosts(),
                service.gateways(),
                http,
                tls,
                tcp,
                service.exportTo(),
                service.semantics());
    }

    /// The matches that may hold; nothing where there are some and none of them may: the route is
    /// not for this caller then.
    private static <T> Stream<List<T>> keep(List<T> matches, Predicate<T> holds) {
        List<T> kept = matches.stream().filter(holds).toList();
        return kept.isEmpty() && !matches.isEmpty() ? Stream.empty() : Stream.of(kept);
    }

    /// Istio: where gateways are named, the caller's labels and namespace are not looked at.
    private boolean holds(HttpMatchRequest match, Function<String, String> gateways) {
        if (!match.gateways().isEmpty()) {
            return names(match.gateways(), gateways).contains(place);
        }
        return caller.labels().entrySet().containsAll(match.sourceLabels().entrySet())
                && match.sourceNamespace().map(caller.namespace()::equals).orElse(true);
    }

    /// Istio: of connections all conditions must hold.
    private boolean holds(L4Match match, Function<String, String> gateways) {
        boolean here =
                match.gateways().isEmpty() || names(match.gateways(), gateways).contains(place);
        return here
                && caller.labels().entrySet().containsAll(match.sourceLabels().entrySet())
                && match.sourceNamespace().map(caller.namespace()::equals).orElse(true);
    }

    private static Set<String> names(List<String> written, Function<String, String> gateways) {
        return Set.copyOf(written.stream().map(gateways).distinct().toList());
    }
}
