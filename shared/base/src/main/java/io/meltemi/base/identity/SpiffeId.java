package io.meltemi.base.identity;

import java.util.Optional;

/// Who a workload is: `spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT`. Immutable.
///
/// Istio's shape of a SPIFFE id; it stands in the URI SAN of the workload's certificate.
public record SpiffeId(TrustDomain trustDomain, String namespace, String serviceAccount) {
    private static final String SCHEME = "spiffe://";

    public SpiffeId {
        requireSegment("namespace", namespace);
        requireSegment("service account", serviceAccount);
    }

    private static void requireSegment(String what, String value) {
        if (value.isEmpty() || value.indexOf('/') >= 0) {
            throw new IllegalArgumentException(what + " '" + value + "' is empty or contains '/'");
        }
    }

    /// Reads a URI; empty when it is not an identity of this shape.
    public static Optional<SpiffeId> parse(String uri) {
        if (!uri.startsWith(SCHEME)) {
            return Optional.empty();
        }
        String[] parts = uri.substring(SCHEME.length()).split("/", -1);
        if (parts.length != 5 || !parts[1].equals("ns") || !parts[3].equals("sa")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SpiffeId(new TrustDomain(parts[0]), parts[2], parts[4]));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// The id without its scheme, as Istio's AuthorizationPolicy writes principals.
    public String principal() {
        return trustDomain.name() + "/ns/" + namespace + "/sa/" + serviceAccount;
    }

    /// The URI.
    @Override
    public String toString() {
        return SCHEME + principal();
    }
}
