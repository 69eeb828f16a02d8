package io.meltemi.citadel.ca;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/// A root of the mesh's own: a key and the certificate it has signed for itself. Immutable.
public record RootAuthority(PrivateKey key, X509Certificate certificate) {
    /// Clocks of machines differ: a certificate is valid from a little before it was made.
    static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

    /// When it was made.
    Instant created() {
        return certificate.getNotBefore().toInstant().plus(CLOCK_SKEW);
    }

    /// Without the key: this may stand in a log.
    @Override
    public String toString() {
        return "RootAuthority(" + certificate.getSubjectX500Principal().getName() + ")";
    }
}
