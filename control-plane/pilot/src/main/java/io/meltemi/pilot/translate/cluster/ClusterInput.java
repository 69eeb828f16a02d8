package io.meltemi.pilot.translate.cluster;

import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.scope.PortView.MutualTls;
import io.meltemi.pilot.translate.ClusterNames;
import java.util.List;
import java.util.Optional;

/// All that shapes one outbound cluster. Immutable; the cache's key.
///
/// @param policy of the rule and the subset, put together
/// @param rule the DestinationRule, if one holds
/// @param identities SPIFFE URIs that may answer, sorted
public record ClusterInput(
        Service service,
        ServicePort port,
        Optional<Subset> subset,
        TrafficSettings policy,
        Optional<ResourceKey> rule,
        MutualTls mutualTls,
        List<String> identities) {
    public ClusterInput {
        identities = List.copyOf(identities);
    }

    public String name() {
        return ClusterNames.outbound(port.number(), subsetName(), service.hostname().value());
    }

    String sni() {
        return ClusterNames.sni(port.number(), subsetName(), service.hostname().value());
    }

    String subsetName() {
        return subset.map(Subset::name).orElse("");
    }
}
