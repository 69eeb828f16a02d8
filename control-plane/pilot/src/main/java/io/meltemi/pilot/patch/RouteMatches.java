package io.meltemi.pilot.patch;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.meltemi.model.config.EnvoyFilter.HostMatch;
import io.meltemi.model.config.EnvoyFilter.RouteMatch;
import io.meltemi.model.config.EnvoyFilter.RouteTableMatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which route tables, virtual hosts and routes a patch is for. Thread-safe: stateless.
final class RouteMatches {
    private static final Pattern NAME_WITH_PORT =
            Pattern.compile("(?:inbound\\||https?\\.)?([0-9]{1,5})(?:[.|].*)?");

    private RouteMatches() {}

    /// Whether the table of a sidecar is meant.
    static boolean ofSidecar(Patch patch, String name) {
        return !(patch.match() instanceof RouteTableMatch match)
                || (isName(match, name)
                        && (match.portNumber().isEmpty() || match.portNumber().equals(port(name))));
    }

    /// Whether the table of a gateway is meant.
    ///
    /// @param called by the workload's port, the numbers that servers of Gateways call it by
    static boolean ofGateway(Patch patch, String name, Map<Integer, Set<Integer>> called) {
        if (!(patch.match() instanceof RouteTableMatch match)) {
            return true;
        }
        // Istio: https.PORT.PORT-NAME.GATEWAY.NAMESPACE, the only ones that have these names.
        List<String> parts = List.of(name.split("\\.", -1));
        boolean isOwn = parts.size() >= 5 && parts.getFirst().equals("https");
        String portName = isOwn ? parts.get(2) : "";
        String gateway = isOwn ? parts.get(4) + "/" + parts.get(3) : "";
        return isName(match, name)
                && (match.portName().isEmpty() || match.portName().equals(portName))
                && (match.gateway().isEmpty() || match.gateway().equals(gateway))
                && (match.portNumber().isEmpty()
                        || isCalled(match.portNumber().getAsInt(), port(name), called));
    }

    private static boolean isCalled(
            int number, OptionalInt port, Map<Integer, Set<Integer>> called) {
        return port.isPresent()
                && called.getOrDefault(port.getAsInt(), Set.of(port.getAsInt())).contains(number);
    }

    private static boolean isName(RouteTableMatch match, String name) {
        return match.name().isEmpty() || match.name().equals(name);
    }

    /// `80` of a sidecar, `http.80` or `https.443.NAME.GATEWAY.NAMESPACE` of a gateway,
    /// `inbound|80||`.
    static OptionalInt port(String table) {
        Matcher matcher = NAME_WITH_PORT.matcher(table);
        return matcher.matches()
                ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
                : OptionalInt.empty();
    }

    static Optional<HostMatch> hostMatch(Patch patch) {
        return patch.match() instanceof RouteTableMatch match
                ? match.virtualHost()
                : Optional.empty();
    }

    static boolean host(Patch patch, VirtualHost host) {
        Optional<HostMatch> match = hostMatch(patch);
        return match.isEmpty()
                || ((match.get().name().isEmpty() || match.get().name().equals(host.getName()))
                        && (match.get().domainName().isEmpty()
                                || host.getDomainsList().contains(match.get().domainName())));
    }

    static boolean route(RouteMatch match, Route route) {
        boolean action =
                switch (match.action()) {
                    case ANY -> true;
                    case ROUTE -> route.hasRoute();
                    case REDIRECT -> route.hasRedirect();
                    case DIRECT_RESPONSE -> route.hasDirectResponse();
                };
        return action && (match.name().isEmpty() || match.name().equals(route.getName()));
    }
}
