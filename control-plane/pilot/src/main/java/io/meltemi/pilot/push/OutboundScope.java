package io.meltemi.pilot.push;

import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.config.ServiceEntry.Resolution;
import io.meltemi.model.config.TrafficPolicy;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Service;
import io.meltemi.pilot.scope.Changes.MovedInstances;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import io.meltemi.pilot.scope.MeshService;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.Place;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.PortView.MutualTls;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.TrustDomains;
import io.meltemi.pilot.scope.WorkloadLabels;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.cluster.Discovery;
import io.meltemi.pilot.translate.cluster.StatName;
import io.meltemi.pilot.translate.cluster.TrafficSettings;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The clusters that callers of one namespace have, with their endpoints. Immutable.
final class OutboundScope {
    private final List<Destination> destinations;

    /// A cluster and what it is made of.
    private record Destination(ClusterInput cluster, PortView view) {}

    /// @param scope what the callers see
    OutboundScope(MeshView mesh, ServiceScope scope) {
        MeshConfig config = mesh.settings().config();
        String domainSuffix = mesh.settings().domainSuffix();
        List<Destination> found = new ArrayList<>();
        for (PortView view : scope.ports()) {
            Service service = view.service().service();
            Optional<Rule> rule = scope.rule(service);
            TrafficSettings settings =
                    rule.flatMap(Rule::policy)
                            .map(p -> TrafficSettings.of(p, view.port().number()))
                            .orElse(TrafficSettings.NONE);
            found.add(
                    destination(
                            view,
                            Optional.empty(),
                            settings,
                            rule,
                            config,
                            mesh.trustDomains(),
                            domainSuffix));
            for (Subset subset : rule.map(Rule::subsets).orElse(List.of())) {
                Optional<TrafficPolicy> own = subset.trafficPolicy();
                found.add(
                        destination(
                                view,
                                Optional.of(subset),
                                own.map(p -> settings.overlaidWith(p, view.port().number()))
                                        .orElse(settings),
                                rule,
                                config,
                                mesh.trustDomains(),
                                domainSuffix));
            }
        }
        destinations = List.copyOf(found);
    }

    private OutboundScope(List<Destination> destinations) {
        this.destinations = List.copyOf(destinations);
    }

    /// The short way to that of the next mesh, where only instances changed.
    OutboundScope next(List<MovedInstances> moved) {
        IdentityHashMap<PortView, PortView> now = new IdentityHashMap<>();
        moved.forEach(port -> now.put(port.before(), port.now()));
        List<Destination> next = new ArrayList<>(destinations);
        next.replaceAll(destination -> {
            PortView view = now.get(destination.view());
            return view == null ? destination : new Destination(destination.cluster(), view);
        });
        return new OutboundScope(next);
    }

    /// The instances of some ports alone.
    ///
    /// @param caller where the proxy stands
    List<EndpointInput> endpoints(Place caller, List<MovedInstances> moved) {
        Set<PortView> views = Collections.newSetFromMap(new IdentityHashMap<>());
        moved.forEach(port -> views.add(port.now()));
        return destinations.stream()
                .filter(d -> views.contains(d.view()))
                .filter(OutboundScope::isSent)
                .map(d -> endpoints(d, caller))
                .toList();
    }

    private static boolean isSent(Destination destination) {
        return destination.view().service().resolution() == Resolution.STATIC
                && !destination.cluster().policy().isPassthrough();
    }

    private static Destination destination(
            PortView view,
            Optional<Subset> subset,
            TrafficSettings settings,
            Optional<Rule> rule,
            MeshConfig config,
            TrustDomains trustDomains,
            String domainSuffix) {
        Optional<ResourceKey> key = rule.map(Rule::key);
        return new Destination(
                new ClusterInput(
                        view.service().service(),
                        view.port(),
                        subset,
                        new Discovery.Sent(),
                        settings.over(config.upstream()),
                        key,
                        config.autoMtls() && settings.tls().isEmpty()
                                ? view.mutualTls()
                                : MutualTls.NONE,
                        identities(view, settings, trustDomains),
                        trustDomains.roots(),
                        StatName.of(
                                config.statNames().outbound(),
                                view.service().service(),
                                view.port(),
                                subset.map(Subset::name).orElse(""),
                                0,
                                domainSuffix)),
                view);
    }

    /// Istio: certificates of other authorities than the mesh's are known to have the names of a
    /// ServiceEntry, but not those that the mesh gives its own.
    private static List<String> identities(
            PortView view, TrafficSettings settings, TrustDomains trustDomains) {
        boolean own = settings.tls().map(tls -> tls.mode().isOwn()).orElse(false);
        return own && view.service().from().isEmpty()
                ? List.of()
                : trustDomains.identities(view.identities());
    }

    /// @param caller where the proxy stands
    List<ClusterInput> clusters(Place caller) {
        return destinations.stream()
                .flatMap(destination ->
                        discovery(destination, caller).map(destination.cluster()::with).stream())
                .toList();
    }

    /// Empty when no cluster can be made: there is nothing to look up.
    private static Optional<Discovery> discovery(Destination destination, Place caller) {
        MeshService service = destination.view().service();
        int port = destination.view().port().number();
        return switch (service.resolution()) {
            case STATIC -> Optional.of(new Discovery.Sent());
            case NONE -> {
                Integer there = service.portsThere().get(port);
                yield Optional.of(
                        new Discovery.CalledAddress(
                                there == null ? OptionalInt.empty() : OptionalInt.of(there)));
            }
            case DNS ->
                    Optional.of(endpoints(destination, caller))
                            .filter(names -> !names.endpoints().isEmpty())
                            .map(Discovery.AllOfDns::new);
            case DNS_ROUND_ROBIN ->
                    Optional.of(endpoints(destination, caller))
                            .filter(names -> !names.endpoints().isEmpty())
                            .map(EndpointInput::first)
                            .map(Discovery.FirstOfDns::new);
        };
    }

    /// @param caller where the proxy stands
    List<EndpointInput> endpoints(Place caller) {
        return destinations.stream()
                .filter(OutboundScope::isSent)
                .map(d -> endpoints(d, caller))
                .toList();
    }

    /// The same for callers in other networks, who speak the mesh's TLS: only what takes it.
    List<EndpointInput> sniDnatEndpoints(Place caller, List<ClusterInput> clusters) {
        Set<ClusterInput> wanted = Set.copyOf(clusters);
        return destinations.stream()
                .filter(d -> wanted.contains(d.cluster()))
                .filter(d -> !d.cluster().policy().isPassthrough())
                .map(d -> {
                    EndpointInput all = endpoints(d, caller);
                    return new EndpointInput(
                            d.cluster().sni(),
                            all.endpoints().stream().filter(PortEndpoint::mutualTls).toList(),
                            false,
                            all.preference());
                })
                .toList();
    }

    private static EndpointInput endpoints(Destination destination, Place caller) {
        ClusterInput cluster = destination.cluster();
        TrafficSettings policy = cluster.policy();
        return new EndpointInput(
                cluster.name(),
                destination.view().endpoints().stream()
                        .filter(endpoint -> isIn(cluster.subset(), endpoint))
                        .filter(endpoint -> isSent(policy, endpoint))
                        .toList(),
                cluster.mutualTls() == MutualTls.SOME,
                Preferences.of(policy, caller));
    }

    /// Istio: where all are called in an emergency, those that are not ready must not be among
    /// them.
    private static boolean isSent(TrafficSettings policy, PortEndpoint endpoint) {
        return policy.minHealthPercent() == 0 || endpoint.health() != Endpoint.Health.UNHEALTHY;
    }

    private static boolean isIn(Optional<Subset> subset, PortEndpoint endpoint) {
        return subset.map(Subset::labels)
                .map(labels ->
                        WorkloadLabels.of(endpoint.workload())
                                .entrySet()
                                .containsAll(labels.entrySet()))
                .orElse(true);
    }
}
