package io.meltemi.agent.identity;

import java.security.cert.X509Certificate;
import java.util.List;

/// What a new workload is given to join the mesh. Immutable.
///
/// @param token good once, bound to one identity
/// @param roots whom the workload believes from its first connection on
public record JoinGrant(String token, List<X509Certificate> roots) {
    public JoinGrant {
        roots = List.copyOf(roots);
    }

    /// Never shows the token.
    @Override
    public String toString() {
        return "JoinGrant(" + roots.size() + " roots)";
    }
}
