package io.meltemi.pilot.push;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.model.config.Gateway;
import io.meltemi.model.config.RateLimit;
import io.meltemi.model.config.ServerTls;
import io.meltemi.pilot.push.BoundServices.Bound;
import io.meltemi.pilot.push.GatewayServers.Place;
import io.meltemi.pilot.push.GatewayServers.Placed;
import io.meltemi.pilot.scope.Caller;
import io.meltemi.pilot.scope.Credentials;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.RouteRules;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.TrustDomains.Roots;
import io.meltemi.pilot.scope.WorkloadPolicies;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.listener.GatewayChain;
import io.meltemi.pilot.translate.listener.GatewayChain.Content;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.OutboundListenerInput.GatewayPort;
import io.meltemi.pilot.translate.listener.RequestSettings;
import io.meltemi.pilot.translate.route.GatewayRouteInput;
import io.meltemi.pilot.translate.route.GatewayRouteInput.Binding;
import io.meltemi.pilot.translate.security.SecretInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// The listeners and routes of a gateway proxy, joined from all Gateways that select it. Confined
/// to one translation.
final class GatewayScope {
    private final GatewayServers servers;
    private final BoundServices services;
    private final SniDnat sniDnat;
    private final GatewayConnections connections;
    private final RequestSettings requests;
    private final Roots roots;

    /// @param scope what the proxy sees
    /// @param clusters those of it, when they are needed
    GatewayScope(
            MeshView mesh,
            List<Gateway> gateways,
            ProxyNode node,
            Caller caller,
            ServiceScope scope,
            Supplier<List<ClusterInput>> clusters) {
        this.servers = new GatewayServers(gateways, port -> mesh.listenedPort(node, port));
        this.services = new BoundServices(mesh.virtualServices(), caller, scope);
        this.sniDnat = new SniDnat(clusters);
        this.roots = mesh.trustDomains().roots();
        this.requests = RequestScope.of(mesh.settings().config(), scope);
        this.connections = new GatewayConnections(sniDnat, services, new ConnectionSettings(scope));
    }

    /// @param host the address to listen on where a server names none
    List<GatewayPort> listeners(
            String host, WorkloadPolicies policies, Observability observability) {
        List<GatewayPort> ports = new ArrayList<>();
        servers.byPlace()
                .forEach((place, placed) -> {
                    List<GatewayChain> chains = chains(placed);
                    // A port without any route is not opened: nothing could be done with a call.
                    if (!chains.isEmpty()) {
                        ports.add(
                                new GatewayPort(
                                        place.listener(),
                                        place.bind().isEmpty() ? host : place.bind(),
                                        place.port(),
                                        placed.getFirst().gateway().key(),
                                        chains,
                                        roots,
                                        policies,
                                        requests,
                                        observability));
                    }
                });
        return ports;
    }

    private List<GatewayChain> chains(List<Placed> placed) {
        Placed first = placed.getFirst();
        if (first.server().port().protocol().isHttp()) {
            return List.of(
                    new GatewayChain(
                            List.of(),
                            List.of(),
                            Optional.empty(),
                            new Content.Http(first.routes(), defaultPrefix(first.place()))));
        }
        List<GatewayChain> chains = new ArrayList<>();
        for (Placed each : placed) {
            if (each.server().isHttp()) {
                String prefix =
                        each.server().name().isEmpty()
                                ? defaultPrefix(each.place())
                                : each.server().name();
                chains.add(
                        new GatewayChain(
                                each.serverNames(),
                                List.of(),
                                each.server().tls(),
                                new Content.Http(each.routes(), prefix)));
            } else {
                chains.addAll(connections.of(each));
            }
        }
        return GatewayConnections.distinct(chains);
    }

    /// The clusters that only connections between networks need.
    List<ClusterInput> sniDnatClusters() {
        return servers.byPlace().values().stream()
                .flatMap(List::stream)
                .filter(SniDnat::isMeant)
                .flatMap(placed -> sniDnat.clusters(placed).stream())
                .distinct()
                .toList();
    }

    /// What the proxy may have of that which its servers name.
    ///
    /// @param proxy what it has proven
    List<SecretInput> secrets(Credentials credentials, SpiffeId proxy) {
        List<Placed> all = servers.byPlace().values().stream().flatMap(List::stream).toList();
        return GatewaySecrets.of(all, credentials, proxy);
    }

    private static String defaultPrefix(Place place) {
        return "outbound_" + place.listener();
    }

    /// @param rateLimits what the gateway itself counts
    List<GatewayRouteInput> routes(List<RateLimit> rateLimits) {
        Map<String, List<Placed>> byName = new LinkedHashMap<>();
        servers.byPlace()
                .values()
                .forEach(placed ->
                        placed.stream()
                                .filter(each -> each.server().isHttp())
                                .forEach(each ->
                                        byName.computeIfAbsent(
                                                        each.routes(), _ -> new ArrayList<>())
                                                .add(each)));
        List<GatewayRouteInput> inputs = new ArrayList<>();
        byName.forEach((name, placed) -> inputs.add(routes(name, placed, rateLimits)));
        return inputs;
    }

    private record Key(int port, RouteRules rules) {}

    private GatewayRouteInput routes(String name, List<Placed> placed, List<RateLimit> rateLimits) {
        Map<Key, Set<String>> found = new LinkedHashMap<>();
        Set<String> redirected = new TreeSet<>();
        for (Placed each : placed) {
            boolean redirects = each.server().tls().map(ServerTls::httpsRedirect).orElse(false);
            if (redirects) {
                redirected.addAll(each.serverNames());
            }
            for (Bound bound : services.of(each)) {
                if (bound.rules().service().http().isEmpty()) {
                    continue;
                }
                found.computeIfAbsent(new Key(each.number(), bound.rules()), _ -> new TreeSet<>())
                        .addAll(bound.hosts());
                if (redirects) {
                    redirected.addAll(bound.hosts());
                }
            }
        }
        List<Binding> bindings = new ArrayList<>();
        found.forEach((key, hosts) ->
                bindings.add(new Binding(key.port(), List.copyOf(hosts), key.rules())));
        return new GatewayRouteInput(
                name,
                placed.getFirst().number(),
                placed.getFirst().server().isTls() ? "https" : "http",
                bindings,
                List.copyOf(redirected),
                rateLimits);
    }
}
