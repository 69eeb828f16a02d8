package io.meltemi.model.snapshot;

import io.meltemi.base.identity.TrustDomain;
import java.time.Duration;

/// What holds for the whole mesh. Immutable.
///
/// @param rootNamespace resources there without a selector hold for the whole mesh
/// @param domainSuffix what follows `NAME.NAMESPACE.` in a service's host name
/// @param maxMtlsConnectionAge new keys reach only new connections, so their age is bounded
public record MeshSettings(
        TrustDomain trustDomain,
        String rootNamespace,
        String domainSuffix,
        Duration maxMtlsConnectionAge) {
    public static final MeshSettings DEFAULT =
            new MeshSettings(
                    TrustDomain.CLUSTER_LOCAL,
                    "istio-system",
                    "svc.cluster.local",
                    Duration.ofHours(12));
}
