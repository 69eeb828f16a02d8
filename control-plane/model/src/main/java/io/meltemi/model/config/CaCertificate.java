package io.meltemi.model.config;

import io.meltemi.base.identity.TrustDomain;
import java.util.List;

/// Authorities that are believed beside the mesh's own (Istio: `MeshConfig.caCertificates`).
/// Immutable.
///
/// @param pem certificates, one after the other; at least one
/// @param trustDomains for whose identities they vouch, and for no other's; empty: the mesh's own
public record CaCertificate(String pem, List<TrustDomain> trustDomains) {
    public CaCertificate {
        trustDomains = List.copyOf(trustDomains);
    }
}
