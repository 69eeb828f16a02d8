package io.meltemi.pilot.push;

import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Server;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/// The servers of all Gateways that one proxy carries, by the listener they share. Immutable.
///
/// Istio: on one port plain HTTP joins plain HTTP, and TLS joins TLS, told apart by server name;
/// what does not fit to the first is left out, as is a server with a name that another has.
final class GatewayServers {
    /// Istio: the oldest first; here the first by name.
    private static final Comparator<Gateway> BY_NAME =
            Comparator.comparing((Gateway g) -> g.metadata().name())
                    .thenComparing(g -> g.metadata().namespace());

    private final SortedMap<Place, List<Placed>> byPlace = new TreeMap<>();
    private final Set<String> routes = new HashSet<>();

    /// Where a listener stands.
    ///
    /// @param bind empty for all addresses
    record Place(int port, String bind) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byPort = Integer.compare(port, other.port);
            return byPort != 0 ? byPort : bind.compareTo(other.bind);
        }

        String listener() {
            return (bind.isEmpty() ? "0.0.0.0" : bind) + "_" + port;
        }
    }

    /// A server that is carried.
    record Placed(Gateway gateway, Server server, Place place) {
        int number() {
            return server.port().number();
        }

        /// Istio's name of its routes: plain HTTP shares one per listener, HTTPS has its own.
        String routes() {
            String bind = place.bind().isEmpty() ? "" : "." + place.bind();
            return server.port().protocol().isHttp()
                    ? "http." + place.port() + bind
                    : String.join(
                                    ".",
                                    "https",
                                    Integer.toString(number()),
                                    server.port().name(),
                                    gateway.metadata().name(),
                                    gateway.metadata().namespace())
                            + bind;
        }

        /// The names of its handshakes, sorted; without those of namespaces.
        List<String> serverNames() {
            return server.hosts().stream().map(BoundServices::name).distinct().sorted().toList();
        }
    }

    /// @param listensOn the workload's port for a port that a server names
    GatewayServers(List<Gateway> gateways, IntUnaryOperator listensOn) {
        for (Gateway gateway : gateways.stream().sorted(BY_NAME).toList()) {
            for (Server server : gateway.servers()) {
                int port = listensOn.applyAsInt(server.port().number());
                place(new Placed(gateway, server, new Place(port, server.bind())));
            }
        }
    }

    private void place(Placed next) {
        List<Placed> here = byPlace.getOrDefault(next.place(), List.of());
        if (here.isEmpty() || fits(here, next)) {
            boolean ownRoutes = next.server().isHttp() && next.server().isTls();
            if (ownRoutes && !routes.add(next.routes())) {
                return;
            }
            byPlace.computeIfAbsent(next.place(), _ -> new ArrayList<>()).add(next);
        }
    }

    private static boolean fits(List<Placed> here, Placed next) {
        Server first = here.getFirst().server();
        if (!first.isTls()) {
            return first.isHttp() && next.server().port().protocol().isHttp();
        }
        Set<String> names = new HashSet<>();
        here.forEach(placed -> names.addAll(placed.serverNames()));
        return next.server().isTls() && Collections.disjoint(names, next.serverNames());
    }

    /// At least one for each listener, the first first.
    SortedMap<Place, List<Placed>> byPlace() {
        return Collections.unmodifiableSortedMap(byPlace);
    }
}
