package io.meltemi.citadel.issuer;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import java.util.Optional;

/// A service account as Kubernetes names its user: `system:serviceaccount:NAMESPACE:NAME`.
/// Immutable.
public record ServiceAccountName(String namespace, String name) {
    private static final String PREFIX = "system:serviceaccount:";

    /// Empty when it is not one.
    public static Optional<ServiceAccountName> parse(String user) {
        if (!user.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] parts = user.substring(PREFIX.length()).split(":", -1);
        return parts.length == 2 && ClaimText.isSegment(parts[0]) && ClaimText.isSegment(parts[1])
                ? Optional.of(new ServiceAccountName(parts[0], parts[1]))
                : Optional.empty();
    }

    /// Who that is in a mesh.
    public SpiffeId in(TrustDomain trustDomain) {
        return new SpiffeId(trustDomain, namespace, name);
    }
}
