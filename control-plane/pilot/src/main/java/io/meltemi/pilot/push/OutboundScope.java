package io.meltemi.pilot.push;

import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.DestinationRule.TrafficPolicy;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Service;
import io.meltemi.pilot.scope.DestinationRules.Rule;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.pilot.scope.PortView;
import io.meltemi.pilot.scope.PortView.MutualTls;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.WorkloadLabels;
import io.meltemi.pilot.translate.cluster.ClusterInput;
import io.meltemi.pilot.translate.cluster.TrafficSettings;
import io.meltemi.pilot.translate.endpoint.EndpointInput;
import io.meltemi.pilot.translate.endpoint.EndpointInput.Nearness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The clusters that callers of one namespace have, with their endpoints. Immutable.
final class OutboundScope {
    private final List<Destination> destinations;

    /// A cluster and what it is made of.
    private record Destination(ClusterInput cluster, PortView view) {}

    /// @param scope what the callers see
    OutboundScope(MeshView mesh, String namespace, ServiceScope scope) {
        List<Destination> found = new ArrayList<>();
        for (PortView view : scope.ports()) {
            Service service = view.service().service();
            Optional<Rule> rule = mesh.destinationRules().find(namespace, service);
            TrafficSettings settings =
                    rule.flatMap(Rule::policy)
                            .map(TrafficSettings::of)
                            .orElse(TrafficSettings.NONE);
            found.add(destination(view, Optional.empty(), settings, rule));
            for (Subset subset : rule.map(Rule::subsets).orElse(List.of())) {
                Optional<TrafficPolicy> own = subset.trafficPolicy();
                found.add(
                        destination(
                                view,
                                Optional.of(subset),
                                own.map(settings::overlaidWith).orElse(settings),
                                rule));
            }
        }
        destinations = List.copyOf(found);
    }

    private static Destination destination(
            PortView view, Optional<Subset> subset, TrafficSettings settings, Optional<Rule> rule) {
        Optional<ResourceKey> key = rule.map(Rule::key);
        return new Destination(
                new ClusterInput(
                        view.service().service(),
                        view.port(),
                        subset,
                        settings,
                        key,
                        view.mutualTls(),
                        List.copyOf(view.identities())),
                view);
    }

    List<ClusterInput> clusters() {
        return destinations.stream().map(Destination::cluster).toList();
    }

    /// @param caller the locality of the proxy
    List<EndpointInput> endpoints(Locality caller) {
        return destinations.stream()
                .filter(d -> !d.cluster().policy().isPassthrough())
                .map(d -> endpoints(d, caller))
                .toList();
    }

    private static EndpointInput endpoints(Destination destination, Locality caller) {
        ClusterInput cluster = destination.cluster();
        TrafficSettings policy = cluster.policy();
        boolean near = policy.prefersLocality() && !caller.region().isEmpty();
        return new EndpointInput(
                cluster.name(),
                destination.view().endpoints().stream()
                        .filter(endpoint -> isIn(cluster.subset(), endpoint))
                        .toList(),
                cluster.mutualTls() == MutualTls.SOME,
                near ? Optional.of(new Nearness(caller, policy.failover())) : Optional.empty());
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
