package io.meltemi.citadel.ca;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A key that signs certificates, and who it is. Immutable.
///
/// @param certificate of the key
/// @param intermediates what somebody who has only the root needs between a leaf and it, the
///   signer's own certificate first; empty when the signer is a root itself
public record IssuingKey(
        PrivateKey key, X509Certificate certificate, List<X509Certificate> intermediates) {
    private static final int P256_BITS = 256;

    public IssuingKey {
        intermediates = List.copyOf(intermediates);
    }

    /// A root that signs itself what it answers for.
    static IssuingKey of(RootAuthority root) {
        return new IssuingKey(root.key(), root.certificate(), List.of());
    }

    /// The first moment at which some part of the chain is no longer valid.
    public Instant validUntil() {
        return Stream.concat(Stream.of(certificate), intermediates.stream())
                .map(c -> c.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /// By the JDK's names. A digest as strong as the curve, as RFC 5758 advises.
    String algorithm() {
        if (!(certificate.getPublicKey() instanceof ECPublicKey ec)) {
            return "SHA256withRSA";
        }
        return ec.getParams().getOrder().bitLength() <= P256_BITS
                ? "SHA256withECDSA"
                : "SHA384withECDSA";
    }

    /// Without the key: this may stand in a log.
    @Override
    public String toString() {
        return "IssuingKey(" + certificate.getSubjectX500Principal().getName() + ")";
    }
}
