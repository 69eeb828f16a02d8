package io.meltemi.pilot.push;

import io.meltemi.model.config.HttpRoute.HttpRetry;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.VirtualService;
import io.meltemi.model.service.HostPatterns;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import io.meltemi.pilot.scope.HashKeys;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.RoutedHosts;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.UndeclaredPorts;
import io.meltemi.pilot.translate.Elsewhere;
import io.meltemi.pilot.translate.listener.ConnectionChain;
import io.meltemi.pilot.translate.listener.OutboundListenerInput;
import io.meltemi.pilot.translate.route.SidecarHostInput;
import io.meltemi.pilot.translate.route.SidecarRouteInput;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedHost;
import io.meltemi.pilot.translate.route.SidecarRouteInput.RoutedService;
import io.meltemi.pilot.translate.route.SidecarRouteInput.TableOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The routes of all sidecars whose callers are alike. Confined to Pilot's lock.
final class SidecarRoutes {
    /// Istio: hosts that no service stands for are routed only on this port.
    private static final int PORT_OF_UNKNOWN_HOSTS = 80;

    private final SortedMap<Integer, List<RoutedService>> byPort = new TreeMap<>();
    private final SortedSet<Integer> ports = new TreeSet<>();
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
            if (!view.port().protocol().mayBeHttp()) {
                continue;
            }
            if (sharesAddress(view)) {
                ports.add(view.port().number());
            }
            MeshService service = view.service();
            Optional<Rule> rule = scope.rule(service.service());
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
                                    rule.map(HashKeys::of)
                                            .flatMap(keys -> keys.of(view.port().number())),
                                    UndeclaredPorts.isOne(view.port(), service, rule)));
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
            ports.add(PORT_OF_UNKNOWN_HOSTS);
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

    /// Istio: services whose ports say that requests come share a port's addresses and its table;
    /// one that does not say it has a table for its own address.
    private boolean sharesAddress(PortView view) {
        return view.port().protocol().isHttp()
                || part.opensPort()
                || part.address(Optional.empty()).isPresent()
                || !hasOnlyOwnAddresses(view.service());
    }

    private static boolean hasOnlyOwnAddresses(MeshService service) {
        return !service.addresses().isEmpty()
                && service.addresses().stream().noneMatch(SidecarRoutes::isBlock);
    }

    static boolean isBlock(String address) {
        return address.indexOf('/') >= 0;
    }

    /// The table of what comes to a service's own address.
    static String tableOf(Service service, int port) {
        return service.hostname().value() + ":" + port;
    }

    /// The ports that have a table for several services.
    List<Integer> ports() {
        return List.copyOf(ports);
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
        List<SidecarRouteInput> tables = new ArrayList<>();
        byPort.forEach((port, services) -> {
            if (ports.contains(port)) {
                tables.add(
                        table(
                                Integer.toString(port),
                                services,
                                port == PORT_OF_UNKNOWN_HOSTS ? routable(services) : List.of(),
                                TableOf.PORT));
            }
            services.stream()
                    .filter(s -> s.port().protocol() == Protocol.AUTO)
                    .filter(s -> s.addresses().stream().anyMatch(a -> !isBlock(a)))
                    .forEach(s ->
                            tables.add(
                                    table(
                                            tableOf(s.service(), port),
                                            List.of(s),
                                            List.of(),
                                            TableOf.SERVICE)));
        });
        return tables;
    }

    private SidecarRouteInput table(
            String name, List<RoutedService> services, List<RoutedHost> others, TableOf of) {
        return new SidecarRouteInput(
                name,
                caller.namespace(),
                domainSuffix,
                services,
                others,
                elsewhere,
                defaultRetries,
                of);
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
        return table(name, all, routable(all), TableOf.ALL_PORTS);
    }

    /// Of a virtual service and a service with one name the service stands for it.
    private List<RoutedHost> routable(List<RoutedService> beside) {
        List<String> taken = beside.stream().map(s -> s.service().hostname().value()).toList();
        return hosts.stream().filter(h -> !taken.contains(h.host())).toList();
    }
}
