package io.meltemi.pilot.push;

import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.VirtualService;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Hosts;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.GatewayPort;
import io.meltemi.pilot.translate.route.GatewayRouteInput;
import io.meltemi.pilot.translate.route.GatewayRouteInput.Binding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The ports of a gateway proxy, joined from all Gateways that select it. Immutable.
final class GatewayScope {
    /// Istio: the oldest first; here the first by name.
    private static final Comparator<VirtualService> BY_NAME =
            Comparator.comparing((VirtualService v) -> v.metadata().name())
                    .thenComparing(v -> v.metadata().namespace());

    private final SortedMap<Integer, ResourceKey> openedBy = new TreeMap<>();
    private final SortedMap<Integer, List<Binding>> bindings = new TreeMap<>();

    /// @param proxy that carries the gateways
    /// @param scope what it sees
    GatewayScope(MeshView mesh, List<Gateway> gateways, Caller proxy, ServiceScope scope) {
        SortedMap<Integer, Map<VirtualService, SortedSet<String>>> found = new TreeMap<>();
        for (Gateway gateway : gateways) {
            for (Gateway.Server server : gateway.servers()) {
                openedBy.putIfAbsent(server.port(), gateway.key());
                bind(
                        mesh,
                        gateway,
                        server,
                        proxy,
                        found.computeIfAbsent(server.port(), _ -> new TreeMap<>(BY_NAME)));
            }
        }
        found.forEach((port, services) -> {
            List<Binding> bound = new ArrayList<>();
            services.forEach((service, hosts) ->
                    bound.add(new Binding(List.copyOf(hosts), RouteRules.of(service, scope))));
            bindings.put(port, bound);
        });
    }

    private static void bind(
            MeshView mesh,
            Gateway gateway,
            Gateway.Server server,
            Caller proxy,
            Map<VirtualService, SortedSet<String>> found) {
        for (VirtualService service : mesh.virtualServices().ofGateway(gateway.key(), proxy)) {
            for (String written : server.hosts()) {
                int slash = written.indexOf('/');
                String namespace = slash < 0 ? "*" : written.substring(0, slash);
                if (!isOpenTo(namespace, gateway, service)) {
                    continue;
                }
                String host = written.substring(slash + 1).toLowerCase(Locale.ROOT);
                for (String wanted : mesh.virtualServices().hosts(service)) {
                    Hosts.intersect(host, wanted)
                            .ifPresent(common ->
                                    found.computeIfAbsent(service, _ -> new TreeSet<>())
                                            .add(common));
                }
            }
        }
    }

    private static boolean isOpenTo(String namespace, Gateway gateway, VirtualService service) {
        String own = service.metadata().namespace();
        return switch (namespace) {
            case "*" -> true;
            case "." -> own.equals(gateway.metadata().namespace());
            default -> own.equals(namespace);
        };
    }

    /// @param host the address to listen on
    List<GatewayPort> listeners(
            String host, WorkloadPolicies policies, Observability observability) {
        List<GatewayPort> ports = new ArrayList<>();
        openedBy.forEach((port, gateway) ->
                ports.add(new GatewayPort(host, port, gateway, policies, observability)));
        return ports;
    }

    List<GatewayRouteInput> routes(WorkloadPolicies policies) {
        List<GatewayRouteInput> inputs = new ArrayList<>();
        bindings.forEach((port, bound) ->
                inputs.add(new GatewayRouteInput(port, bound, policies.rateLimits())));
        return inputs;
    }
}
