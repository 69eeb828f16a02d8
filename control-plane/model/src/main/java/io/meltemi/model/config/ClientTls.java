package io.meltemi.model.config;

import java.util.List;

/// How a destination is called by TLS (Istio: `ClientTLSSettings`). Immutable.
///
/// Paths are those of the caller's machine; empty where nothing is written.
///
/// @param clientCertificate path of what the caller shows
/// @param privateKey path of its key
/// @param caCertificates path of the authorities that are believed; empty: those of the machine
/// @param caCrl path of the list of certificates taken back
/// @param subjectAltNames one of which the certificate must have; empty: the name that is asked for
/// @param sni the name that is asked for; empty: the one that the request is for
/// @param insecureSkipVerify whether a server that proves nothing is called all the same
public record ClientTls(
        Mode mode,
        String clientCertificate,
        String privateKey,
        String caCertificates,
        String caCrl,
        List<String> subjectAltNames,
        String sni,
        boolean insecureSkipVerify) {
    public ClientTls {
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    /// Whether there is TLS, and whether the caller shows a certificate.
    public enum Mode {
        /// None, whatever the destination takes.
        DISABLE,
        SIMPLE,
        /// With a certificate of the caller's own.
        MUTUAL,
        /// With the certificate that the mesh gave the caller.
        ISTIO_MUTUAL;

        /// Whether the certificates are written by hand, not the mesh's.
        public boolean isOwn() {
            return this == SIMPLE || this == MUTUAL;
        }
    }
}
