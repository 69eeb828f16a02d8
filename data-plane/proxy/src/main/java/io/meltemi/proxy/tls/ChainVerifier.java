package io.meltemi.proxy.tls;

import java.security.cert.X509Certificate;

/// Decides whether a chain of certificates leads to a trusted authority. Thread-safe.
interface ChainVerifier {
    /// @param chain the leaf first
    /// @param client whether the peer is a client
    /// @throws PeerRefusedException why not
    void verify(X509Certificate[] chain, String authType, boolean client)
            throws PeerRefusedException;
}
