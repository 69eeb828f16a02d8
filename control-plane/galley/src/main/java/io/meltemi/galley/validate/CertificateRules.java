package io.meltemi.galley.validate;

import io.meltemi.base.pem.Pem;
import io.meltemi.base.pem.PemException;
import io.meltemi.model.config.CaBundle;
import io.meltemi.model.config.Secret.KeyPair;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether certificates and keys can be used. No message shows any. Thread-safe: pure.
public final class CertificateRules {
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private CertificateRules() {}

    /// Why a server could not show it.
    public static Optional<String> problem(KeyPair pair) {
        String certificate = pair.form().certificate();
        if (pair.chain().contains("PRIVATE KEY-----")) {
            return Optional.of(
                    certificate + " holds a private key: only certificates belong there");
        }
        String what = certificate;
        try {
            List<X509Certificate> chain = Pem.certificates(bytes(pair.chain()));
            what = pair.form().key();
            PrivateKey key = Pem.privateKey(bytes(pair.key().value()));
            return belongs(key, chain.getFirst())
                    ? Optional.empty()
                    : Optional.of(
                            "%s is not the key of the first certificate of %s"
                                    .formatted(what, certificate));
        } catch (PemException e) {
            return Optional.of(what + " " + e.getMessage());
        }
    }

    /// Why nobody could be checked by it.
    public static Optional<String> problem(CaBundle authorities) {
        String what = authorities.form().authorities();
        if (authorities.certificates().contains("PRIVATE KEY-----")) {
            return Optional.of(what + " holds a private key: only certificates belong there");
        }
        try {
            Pem.certificates(bytes(authorities.certificates()));
            if (authorities.revoked().isPresent()) {
                what = authorities.form().revoked();
                Pem.revocations(bytes(authorities.revoked().get()));
            }
            return Optional.empty();
        } catch (PemException e) {
            return Optional.of(what + " " + e.getMessage());
        }
    }

    /// Why clients would refuse it at this moment. Istio looks at the first certificate alone.
    public static Optional<String> untimely(String chain, Instant now) {
        try {
            X509Certificate first = Pem.certificates(bytes(chain)).getFirst();
            if (now.isAfter(first.getNotAfter().toInstant())) {
                return Optional.of("expired at " + first.getNotAfter().toInstant());
            }
            return now.isBefore(first.getNotBefore().toInstant())
                    ? Optional.of("is not valid before " + first.getNotBefore().toInstant())
                    : Optional.empty();
        } catch (PemException _) {
            // What cannot be read is another finding.
            return Optional.empty();
        }
    }

    /// Whether what the one signs, the other proves.
    private static boolean belongs(PrivateKey key, X509Certificate certificate) {
        try {
            String algorithm = SIGNATURES.getOrDefault(key.getAlgorithm(), key.getAlgorithm());
            byte[] text = bytes("meltemi");
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
