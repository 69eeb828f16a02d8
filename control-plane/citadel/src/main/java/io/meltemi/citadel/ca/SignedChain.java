package io.meltemi.citadel.ca;

import java.security.cert.X509Certificate;
import java.util.List;

/// A certificate and what comes with it. Immutable.
///
/// @param pem the leaf, what stands between it and its root, and last all roots that are believed,
///   in one text, as Istio's agents want it
public record SignedChain(X509Certificate leaf, List<String> pem) {
    public SignedChain {
        pem = List.copyOf(pem);
    }
}
