package io.meltemi.model.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// One entry under `tcp` of a virtual service. Immutable.
///
/// @param match any of them must hold; none: every connection
public record TcpRoute(List<L4Match> match, List<RouteDestination> route) {
    public TcpRoute {
        match = List.copyOf(match);
        route = List.copyOf(route);
    }

    /// All conditions must hold.
    ///
    /// @param destinationSubnets addresses or blocks (CIDR) that the caller called
    /// @param gateways empty: those of the virtual service
    public record L4Match(
            List<String> destinationSubnets,
            OptionalInt port,
            Map<String, String> sourceLabels,
            Optional<String> sourceNamespace,
            List<String> gateways) {
        public L4Match {
            destinationSubnets = List.copyOf(destinationSubnets);
            sourceLabels = Map.copyOf(sourceLabels);
            gateways = List.copyOf(gateways);
        }

        /// Whether it may hold for calls to this port.
        public boolean isOn(int called) {
            return port.orElse(called) == called;
        }
    }

    /// @param weight share of the sum of all weights of the route; a lone destination has 100
    public record RouteDestination(Destination destination, int weight) {}
}
