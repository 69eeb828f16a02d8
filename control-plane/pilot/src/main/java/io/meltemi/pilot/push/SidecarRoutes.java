package io.meltemi.pilot.push;

import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.HostPatterns;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.HashKeys;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.RoutedHosts;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.translate.Elsewhere;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.route.SidecarHostInput;
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

/// The routes of all sidecars whose callers are alike. Confined to Pilot's lock.
final class SidecarRoutes {
    /// Istio: hosts that no service stands for are routed only on this port.
    private static final int PORT_OF_UNKNOWN_HOSTS = 80;

    private final SortedMap<Integer, List<RoutedService>> byPort = new TreeMap<>();
    private final List<RoutedHost> hosts = new ArrayList<>();
    private final Map<ResourceKey, RouteRules> rules = new HashMap<>();
    private final ServiceScope scope;
    private final EgressPart part;
    private final List<PortView> views;
    private final RoutedHosts routed;
    private final Caller caller;
    private final ConnectionSettings settings;
    private final String domainSuffix;
    private final Elsewhere elsewhere;
    private final Optional<HttpRetry> defaultRetries;

    /// @param scope what they see
    /// @param imported what of it they see by this part of their sidecar resource
    SidecarRoutes(
            MeshView mesh,
            Caller caller,
            ServiceScope scope,
            EgressPart part,
            ServiceScope imported,
            Elsewhere elsewhere) {
        this.part = part;
        this.views = part.views(imported.ports());
        this.settings = new ConnectionSettings(scope);
        this.caller = caller;
        this.domainSuffix = mesh.settings().domainSuffix();
        this.elsewhere = elsewhere;
        this.defaultRetries = mesh.settings().config().defaultRetries();
        this.scope = scope;
        this.routed = mesh.virtualServices().ofMesh(caller, imported);
        for (PortView view : views) {
            if (!view.port().protocol().isHttp()) {
                continue;
            }
            MeshService service = view.service();
            Optional<RouteRules> own =
                    routed.ofRequests(service.service().hostname().value(), view.port().number())
                            .map(this::rules);
            byPort.computeIfAbsent(view.port().number(), _ -> new ArrayList<>())
                    .add(
                            new RoutedService(
                                    service.service(),
                                    view.port(),
                                    service.addresses(),
                                    own,
                                    scope.rule(service.service())
                                            .map(HashKeys::of)
                                            .flatMap(keys -> keys.of(view.port().number()))));
        }
        routed.beyondServices()
                .forEach((host, service) -> {
                    // Connections to a host that nobody knows come to no listener of their own.
                    if (!service.http().isEmpty()
                            && part.takes(PORT_OF_UNKNOWN_HOSTS)
                            && !standsForAService(host, imported)) {
                        RouteRules own = rules(service);
                        hosts.add(new RoutedHost(host, PORT_OF_UNKNOWN_HOSTS, own));
                    }
                });
        if (!hosts.isEmpty()) {
            byPort.computeIfAbsent(PORT_OF_UNKNOWN_HOSTS, _ -> new ArrayList<>());
        }
    }

    private RouteRules rules(VirtualService service) {
        return rules.computeIfAbsent(service.key(), _ -> RouteRules.of(service, scope));
    }

    /// Where connections to a port that is not looked into go.
    ///
    /// @param ownNames what handshakes have to name where no rule decides; empty: they need not
    List<ConnectionChain> chains(PortView view, List<String> ownNames) {
        Optional<RouteRules> own =
                routed.ofConnections(view.service().service().hostname().value()).map(this::rules);
        return ConnectionChains.of(view, own, ownNames, settings);
    }

    /// Istio: a wildcard that covers services is used for each of them, and for nothing else.
    private static boolean standsForAService(String host, ServiceScope scope) {
        return host.startsWith("*")
                ? scope.services().keySet().stream()
                        .anyMatch(s -> HostPatterns.covers(host, s.value()))
                : scope.service(host).isPresent();
    }

    /// The ports that have a listener and routes.
    List<Integer> ports() {
        return List.copyOf(byPort.keySet());
    }

    /// What is called here.
    List<PortView> views() {
        return views;
    }

    /// The part of the sidecar resource that these are of.
    EgressPart part() {
        return part;
    }

    /// The tables: one for each port, or one for all.
    List<SidecarRouteInput> inputs() {
        return part.table().map(name -> List.of(allPorts(name))).orElseGet(this::tables);
    }

    private List<SidecarRouteInput> tables() {
        return byPort.entrySet().stream()
                .map(entry ->
                        new SidecarRouteInput(
                                Integer.toString(entry.getKey()),
                                caller.namespace(),
                                domainSuffix,
                                entry.getValue(),
                                entry.getKey() == PORT_OF_UNKNOWN_HOSTS
                                        ? routable(entry.getValue())
                                        : List.of(),
                                elsewhere,
                                defaultRetries,
                                false))
                .toList();
    }

    /// The routes of each port of each service by themselves, for callers that have chosen one
    /// before they ask. A name that stands for many services is no choice.
    List<SidecarHostInput> ofServices() {
        return byPort.values().stream()
                .flatMap(List::stream)
                .filter(s -> !s.service().hostname().value().startsWith("*"))
                .map(s -> SidecarHostInput.of(s, List.of(), defaultRetries))
                .toList();
    }

    /// All ports at once, for callers that use a forward proxy.
    SidecarRouteInput forwardProxy() {
        return allPorts(OutboundListenerInput.FORWARD_PROXY);
    }

    private SidecarRouteInput allPorts(String name) {
        List<RoutedService> all = byPort.values().stream().flatMap(List::stream).toList();
        return new SidecarRouteInput(
                name,
                caller.namespace(),
                domainSuffix,
                all,
                routable(all),
                elsewhere,
                defaultRetries,
                true);
    }

    /// Of a virtual service and a service with one name the service stands for it.
    private List<RoutedHost> routable(List<RoutedService> beside) {
        List<String> taken = beside.stream().map(s -> s.service().hostname().value()).toList();
        return hosts.stream().filter(h -> !taken.contains(h.host())).toList();
    }
}
