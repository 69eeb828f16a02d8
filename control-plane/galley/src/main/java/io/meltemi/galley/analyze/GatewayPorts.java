package io.meltemi.galley.analyze;

import io.meltemi.galley.analyze.AnalysisInput.Item;
import io.meltemi.galley.finding.Code;
import io.meltemi.galley.finding.FieldPath;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.Gateway.Server;
import io.meltemi.model.config.WorkloadSelector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What shares a port of a gateway fits together: a server that does not is left out. Immutable.
///
/// Istio leaves it out as well, and says so nowhere but in a counter.
final class GatewayPorts implements Analyzer {
    private record Place(WorkloadSelector selector, int port, String bind) {}

    private record Placed(Item<Gateway> gateway, int index, Server server) {
        String name() {
            return "'%s' of gateway %s".formatted(server.port().name(), gateway.name());
        }
    }

    @Override
    public void analyze(AnalysisInput input) {
        Map<Place, List<Placed>> places = new LinkedHashMap<>();
        for (Item<Gateway> gateway :
                input.all(Gateway.class).stream()
                        .sorted(Comparator.comparing(g -> g.resource().metadata().name()))
                        .toList()) {
            List<Server> servers = gateway.resource().servers();
            for (int i = 0; i < servers.size(); i++) {
                Server server = servers.get(i);
                Place place =
                        new Place(
                                gateway.resource().selector(),
                                server.port().number(),
                                server.bind());
                places.computeIfAbsent(place, _ -> new ArrayList<>())
                        .add(new Placed(gateway, i, server));
            }
        }
        places.values().forEach(GatewayPorts::check);
    }

    private static void check(List<Placed> here) {
        List<Placed> kept = new ArrayList<>();
        for (Placed next : here) {
            Optional<String> problem = kept.isEmpty() ? Optional.empty() : problem(kept, next);
            if (problem.isEmpty()) {
                kept.add(next);
            } else {
                report(next, problem.get());
            }
        }
    }

    private static Optional<String> problem(List<Placed> kept, Placed next) {
        Placed first = kept.getFirst();
        boolean bothHttp =
                first.server().port().protocol().isHttp()
                        && next.server().port().protocol().isHttp();
        if (bothHttp) {
            return Optional.empty();
        }
        if (!first.server().isTls() || !next.server().isTls()) {
            return Optional.of(
                    "%s cannot share port %d with %s, which is %s: only plain HTTP joins plain HTTP, and TLS joins TLS"
                            .formatted(
                                    next.server().port().protocol().text(),
                                    next.server().port().number(),
                                    first.name(),
                                    first.server().port().protocol().text()));
        }
        return kept.stream().flatMap(placed -> shared(placed, next).stream()).findFirst();
    }

    private static Optional<String> shared(Placed placed, Placed next) {
        boolean sameGateway = placed.gateway().name().equals(next.gateway().name());
        // The same words in another gateway are ConflictingGateways' finding.
        if (!sameGateway
                && placed.server().hosts().stream().anyMatch(next.server().hosts()::contains)) {
            return Optional.empty();
        }
        Set<String> names = names(placed.server());
        return names(next.server()).stream()
                .filter(names::contains)
                .sorted()
                .findFirst()
                .map(name ->
                        "handshakes for '%s' on port %d go to %s already"
                                .formatted(name, next.server().port().number(), placed.name()));
    }

    private static Set<String> names(Server server) {
        return server.hosts().stream()
                .map(host -> host.substring(host.indexOf('/') + 1).toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private static void report(Placed next, String problem) {
        next.gateway()
                .findings()
                .judge(
                        Code.CONFLICTING_GATEWAYS,
                        FieldPath.SPEC.field("servers").item(next.index()).field("port"),
                        problem + ": this server is left out");
    }
}
