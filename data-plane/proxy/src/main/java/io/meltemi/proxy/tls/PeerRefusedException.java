package io.meltemi.proxy.tls;

import java.security.cert.CertificateException;

/// A peer's certificate is not what the configuration asks for.
final class PeerRefusedException extends CertificateException {
    private static final long serialVersionUID = 1L;

    /// Which of Envoy's counters it goes into.
    enum Kind {
        CHAIN,
        /// What its certificate may be used for.
        USE,
        NAME,
        PIN
    }

    private final Kind kind;

    PeerRefusedException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
