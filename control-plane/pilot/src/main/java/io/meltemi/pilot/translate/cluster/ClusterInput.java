package io.meltemi.pilot.translate.cluster;

import io.meltemi.model.config.DestinationRule.Subset;
import io.meltemi.model.config.ResourceKey;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.pilot.scope.PortView.MutualTls;
import io.meltemi.pilot.scope.TrustDomains.Roots;
import io.meltemi.pilot.translate.ClusterNames;
import java.util.List;
import java.util.Optional;

/// All that shapes one outbound cluster. Immutable; the cache's key.
///
/// @param discovery how calls find their way, unless the policy says otherwise
/// @param policy of the rule and the subset, put together
/// @param rule the DestinationRule, if one holds
/// @param mutualTls who takes the mesh's TLS, where nobody wrote how they are called
/// @param roots who says whose certificates are believed, where the mesh's TLS is spoken
/// @param statName in statistics; empty: its own name
/// @param identities names that may answer in a certificate, where nobody wrote others; sorted
public record ClusterInput(
        Service service,
        ServicePort port,
        Optional<Subset> subset,
        Discovery discovery,
        TrafficSettings policy,
        Optional<ResourceKey> rule,
        MutualTls mutualTls,
        List<String> identities,
        Roots roots,
        String statName) {
    public ClusterInput {
        identities = List.copyOf(identities);
    }

    public String name() {
        return ClusterNames.outbound(port.number(), subsetName(), service.hostname().value());
    }

    /// The same, found in another way.
    public ClusterInput with(Discovery other) {
        return new ClusterInput(
                service, port, subset, other, policy, rule, mutualTls, identities, roots, statName);
    }

    /// What callers say in the TLS handshake.
    public String sni() {
        return ClusterNames.sni(port.number(), subsetName(), service.hostname().value());
    }

    String subsetName() {
        return subset.map(Subset::name).orElse("");
    }
}
