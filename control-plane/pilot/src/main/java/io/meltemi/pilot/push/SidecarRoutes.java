package io.meltemi.pilot.push;

import io.meltemi.model.config.VirtualService;
import io.meltemi.pilot.scope.Hosts;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.OutboundPolicy;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.route.SidecarRouteInput;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedHost;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The routes of all sidecars, but for their namespaces. Immutable.
final class SidecarRoutes {
    /// Istio: hosts that no service stands for are routed only on this port.
    private static final int PORT_OF_UNKNOWN_HOSTS = 80;

    private final SortedMap<Integer, List<RoutedService>> byPort = new TreeMap<>();
    private final List<RoutedHost> hosts = new ArrayList<>();
    private final String domainSuffix;
    private final OutboundPolicy outboundPolicy;

    SidecarRoutes(MeshView mesh, OutboundPolicy outboundPolicy) {
        this.domainSuffix = mesh.settings().domainSuffix();
        this.outboundPolicy = outboundPolicy;
        Map<VirtualService, RouteRules> rules = new HashMap<>();
        for (PortView view : mesh.ports()) {
            if (!view.port().protocol().isHttp()) {
                continue;
            }
            MeshService service = view.service();
            Optional<RouteRules> own =
                    mesh.virtualServices()
                            .ofMesh(service.service().hostname().value())
                            .map(v -> rules.computeIfAbsent(v, k -> RouteRules.of(k, mesh)));
            byPort.computeIfAbsent(view.port().number(), _ -> new ArrayList<>())
                    .add(
                            new RoutedService(
                                    service.service(), view.port(), service.addresses(), own));
        }
        mesh.virtualServices()
                .meshHosts()
                .forEach((host, service) -> {
                    if (!standsForAService(host, mesh)) {
                        RouteRules own =
                                rules.computeIfAbsent(service, k -> RouteRules.of(k, mesh));
                        hosts.add(new RoutedHost(host, PORT_OF_UNKNOWN_HOSTS, own));
                    }
                });
        if (!hosts.isEmpty()) {
            byPort.computeIfAbsent(PORT_OF_UNKNOWN_HOSTS, _ -> new ArrayList<>());
        }
    }

    /// Istio: a wildcard that covers services is used for each of them, and for nothing else.
    private static boolean standsForAService(String host, MeshView mesh) {
        return host.startsWith("*")
                ? mesh.services().keySet().stream().anyMatch(s -> Hosts.matches(host, s.value()))
                : mesh.service(host).isPresent();
    }

    /// The ports that have a listener and routes.
    List<Integer> ports() {
        return List.copyOf(byPort.keySet());
    }

    /// The routes of each port, as callers of a namespace see them.
    List<SidecarRouteInput> inputs(String namespace) {
        return byPort.entrySet().stream()
                .map(entry ->
                        new SidecarRouteInput(
                                Integer.toString(entry.getKey()),
                                namespace,
                                domainSuffix,
                                entry.getValue(),
                                entry.getKey() == PORT_OF_UNKNOWN_HOSTS
                                        ? routable(entry.getValue())
                                        : List.of(),
                                outboundPolicy,
                                false))
                .toList();
    }

    /// All ports at once, for callers that use a forward proxy.
    SidecarRouteInput forwardProxy(String namespace) {
        List<RoutedService> all = byPort.values().stream().flatMap(List::stream).toList();
        return new SidecarRouteInput(
                OutboundListenerInput.FORWARD_PROXY,
                namespace,
                domainSuffix,
                all,
                routable(all),
                outboundPolicy,
                true);
    }

    /// A virtual service without any usable route gives its hosts none.
    private List<RoutedHost> routable(List<RoutedService> beside) {
        List<String> taken = beside.stream().map(s -> s.service().hostname().value()).toList();
        return hosts.stream()
                .filter(h -> !taken.contains(h.host()))
                .filter(h ->
                        h.rules().service().http().stream().anyMatch(r -> !r.route().isEmpty()))
                .toList();
    }
}
