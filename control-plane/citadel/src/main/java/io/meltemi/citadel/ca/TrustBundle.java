package io.meltemi.citadel.ca;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// The roots whose certificates are believed. Immutable.
///
/// @param roots at least one
public record TrustBundle(List<X509Certificate> roots) {
    public TrustBundle {
        roots = List.copyOf(roots);
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("a mesh that believes nobody has no traffic");
        }
    }

    /// All roots, one after the other.
    public String pem() {
        return roots.stream().map(Pem::certificate).collect(Collectors.joining());
    }

    /// When the first of the roots ends.
    public Instant validUntil() {
        return roots.stream()
                .map(c -> c.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }
}
