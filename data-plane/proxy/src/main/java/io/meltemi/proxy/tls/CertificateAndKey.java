package io.meltemi.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/// A certificate with its chain and its private key, known to fit. Immutable; equal only to itself,
/// so that it can stand for a version of a secret.
final class CertificateAndKey {
    private static final SupportedFields FIELDS =
            new SupportedFields(Set.of("certificate_chain", "private_key"));

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private CertificateAndKey(List<X509Certificate> chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /// The leaf first.
    List<X509Certificate> chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    /// @param at where the certificate stands, for messages
    static CertificateAndKey of(TlsCertificate proto, String at) {
        List<String> problems = FIELDS.problems(proto, at);
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        String chainAt = at + ".certificate_chain";
        List<X509Certificate> chain =
                Pem.certificates(DataSources.read(proto.getCertificateChain(), chainAt), chainAt);
        String keyAt = at + ".private_key";
        PrivateKey key = Pem.privateKey(DataSources.read(proto.getPrivateKey(), keyAt), keyAt);
        requireFit(chain.getFirst(), key, at);
        return new CertificateAndKey(chain, key);
    }

    /// Signs and verifies: works for every kind of key, and finds a wrong pair before a peer does.
    private static void requireFit(X509Certificate leaf, PrivateKey key, String at) {
        try {
            String algorithm =
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> "Ed25519";
                    };
            byte[] text = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(leaf.getPublicKey());
            signature.update(text);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException _) {
            // Keys of two kinds: the message below says it.
        }
        throw new TlsConfigException(
                at
                        + ": the private key is not the one of certificate "
                        + leaf.getSubjectX500Principal());
    }
}
