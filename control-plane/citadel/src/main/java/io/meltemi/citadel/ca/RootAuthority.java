package io.meltemi.citadel.ca;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// The key every certificate of the mesh is signed with, and its certificate. Immutable.
public record RootAuthority(PrivateKey key, X509Certificate certificate) {
    /// What proxies trust.
    public String certificatePem() {
        return Pem.certificate(certificate);
    }
}
