package io.meltemi.agent.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// What a workload proves itself with and whom it believes, at one moment. Immutable.
///
/// @param chain leaf first, without the root
/// @param roots whose signatures are believed
public record WorkloadSecrets(
        List<X509Certificate> chain, PrivateKey key, List<X509Certificate> roots) {
    public WorkloadSecrets {
        if (chain.isEmpty() || roots.isEmpty()) {
            throw new IllegalArgumentException(
                    "a workload needs a certificate and a root, got "
                            + chain.size()
                            + " and "
                            + roots.size());
        }
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
    }

    public X509Certificate leaf() {
        return chain.getFirst();
    }

    public Instant validFrom() {
        return leaf().getNotBefore().toInstant();
    }

    public Instant validUntil() {
        return leaf().getNotAfter().toInstant();
    }

    public String chainPem() {
        return Pem.certificates(chain);
    }

    public String rootsPem() {
        return Pem.certificates(roots);
    }

    /// PKCS #8. Goes to the workload's own proxy and nowhere else.
    public String keyPem() {
        return Pem.encode("PRIVATE KEY", key.getEncoded());
    }

    /// Never shows the key.
    @Override
    public String toString() {
        return "WorkloadSecrets(" + leaf().getSerialNumber() + " until " + validUntil() + ")";
    }
}
