package io.meltemi.pilot.scope;

import io.meltemi.model.config.Destination;
import io.meltemi.model.config.HttpRoute.HttpMirror;
import io.meltemi.model.config.HttpRoute.HttpRouteDestination;
import io.meltemi.model.config.TcpRoute.RouteDestination;
import io.meltemi.model.config.VirtualService;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A virtual service with its destinations looked up. Immutable.
///
/// @param destinations by host as written
public record RouteRules(VirtualService service, SortedMap<String, Target> destinations) {
    public RouteRules {
        destinations = Collections.unmodifiableSortedMap(new TreeMap<>(destinations));
    }

    /// @param host the full name
    /// @param solePort of a service that has just one
    /// @param hashKeys what makes calls to it alike
    /// @param undeclared ports on which callers have to tell what comes
    public record Target(
            String host, OptionalInt solePort, HashKeys hashKeys, SortedSet<Integer> undeclared) {
        public Target {
            undeclared = Collections.unmodifiableSortedSet(new TreeSet<>(undeclared));
        }
    }

    /// Looks up the destinations of a virtual service.
    ///
    /// @param scope what is seen by those who follow it
    public static RouteRules of(VirtualService service, SeenServices scope) {
        SortedMap<String, Target> targets = new TreeMap<>();
        String namespace = service.metadata().namespace();
        destinations(service)
                .map(Destination::host)
                .forEach(written ->
                        targets.computeIfAbsent(written, _ -> target(written, namespace, scope)));
        return new RouteRules(service, targets);
    }

    static Stream<Destination> destinations(VirtualService service) {
        Stream<Destination> http =
                service.http().stream()
                        .flatMap(route ->
                                Stream.concat(
                                        route.route().stream()
                                                .map(HttpRouteDestination::destination),
                                        route.mirrors().stream().map(HttpMirror::destination)));
        Stream<RouteDestination> connections =
                Stream.concat(
                        service.tls().stream().flatMap(route -> route.route().stream()),
                        service.tcp().stream().flatMap(route -> route.route().stream()));
        return Stream.concat(http, connections.map(RouteDestination::destination));
    }

    private static Target target(String written, String namespace, SeenServices scope) {
        String host = Hosts.resolve(written, namespace, scope.domainSuffix());
        Optional<MeshService> service = scope.service(host);
        Optional<Rule> rule = service.flatMap(s -> scope.rule(s.service()));
        OptionalInt solePort =
                service.map(s -> s.service().ports()).filter(p -> p.size() == 1).stream()
                        .mapToInt(ports -> ports.getFirst().number())
                        .findFirst();
        return new Target(
                host,
                solePort,
                rule.map(HashKeys::of).orElse(HashKeys.NONE),
                service.map(s -> UndeclaredPorts.of(s, rule)).orElseGet(TreeSet::new));
    }

    /// What stands behind a destination of this virtual service.
    public Target target(Destination destination) {
        Target target = destinations.get(destination.host());
        if (target == null) {
            throw new IllegalStateException(
                    "destination '" + destination.host() + "' was not looked up");
        }
        return target;
    }

    /// Whether callers have to tell a destination's sidecar what comes.
    ///
    /// @param called as for [#port]
    public boolean isUndeclared(Destination destination, int called) {
        return target(destination).undeclared().contains(port(destination, called));
    }

    /// The port that a destination means.
    ///
    /// @param called on which callers call: for destinations that name none and have several
    public int port(Destination destination, int called) {
        return destination.port().orElse(target(destination).solePort().orElse(called));
    }
}
