package io.meltemi.galley.validate;

import io.meltemi.base.pem.Pem;
import io.meltemi.base.pem.PemException;
import io.meltemi.model.config.Flaw;
import io.meltemi.model.config.Secret.Form;
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

    /// Why a server could not show a certificate with its key.
    public static Optional<Flaw> ofKeyPair(Form form, String certificates, String privateKey) {
        Optional<Flaw> misplaced = misplaced(form.certificate(), certificates);
        if (misplaced.isPresent()) {
            return misplaced;
        }
        String entry = form.certificate();
        try {
            List<X509Certificate> chain = Pem.certificates(bytes(certificates));
            entry = form.key();
            PrivateKey key = Pem.privateKey(bytes(privateKey));
            return belongs(key, chain.getFirst())
                    ? Optional.empty()
                    : Optional.of(
                            new Flaw(
                                    entry,
                                    "is not the key of the first certificate of "
                                            + form.certificate()));
        } catch (PemException e) {
            return Optional.of(new Flaw(entry, String.valueOf(e.getMessage())));
        }
    }

    /// Why nobody could be checked by authorities.
    public static Optional<Flaw> ofAuthorities(
            Form form, String certificates, Optional<String> revoked) {
        Optional<Flaw> misplaced = misplaced(form.authorities(), certificates);
        if (misplaced.isPresent()) {
            return misplaced;
        }
        String entry = form.authorities();
        try {
            Pem.certificates(bytes(certificates));
            if (revoked.isPresent()) {
                entry = form.revoked();
                Pem.revocations(bytes(revoked.get()));
            }
            return Optional.empty();
        } catch (PemException e) {
            return Optional.of(new Flaw(entry, String.valueOf(e.getMessage())));
        }
    }

    private static Optional<Flaw> misplaced(String entry, String certificates) {
        return certificates.contains("PRIVATE KEY-----")
                ? Optional.of(
                        new Flaw(entry, "holds a private key: only certificates belong there"))
                : Optional.empty();
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
