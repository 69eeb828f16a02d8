package io.meltemi.model.snapshot;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.config.MeshConfig;
import java.time.Duration;

/// What holds for the whole mesh. Immutable.
///
/// @param rootNamespace resources there without a selector hold for the whole mesh
/// @param domainSuffix what follows `NAME.NAMESPACE.` in a service's host name
/// @param maxMtlsConnectionAge new keys reach only new connections, so their age is bounded
/// @param config what is written for the whole mesh and may change while it runs
public record MeshSettings(
        TrustDomain trustDomain,
        String rootNamespace,
        String domainSuffix,
        Duration maxMtlsConnectionAge,
        MeshConfig config) {
    public static final MeshSettings DEFAULT =
            new MeshSettings(
                    TrustDomain.CLUSTER_LOCAL,
                    "istio-system",
                    "svc.cluster.local",
                    Duration.ofHours(12));

    /// What a control plane is started with.
    public MeshSettings(
            TrustDomain trustDomain,
            String rootNamespace,
            String domainSuffix,
            Duration maxMtlsConnectionAge) {
        this(trustDomain, rootNamespace, domainSuffix, maxMtlsConnectionAge, MeshConfig.DEFAULT);
    }

    /// The same with what is written laid over it.
    public MeshSettings with(MeshConfig written) {
        return new MeshSettings(
                trustDomain,
                written.rootNamespace().orElse(rootNamespace),
                domainSuffix,
                maxMtlsConnectionAge,
                written);
    }
}
