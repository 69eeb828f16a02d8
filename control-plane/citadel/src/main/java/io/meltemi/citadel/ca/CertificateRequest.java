package io.meltemi.citadel.ca;

import io.meltemi.base.identity.SpiffeId;
import java.io.IOException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/// Reads what a workload asks to have signed, and trusts none of it.
final class CertificateRequest {
    /// A request with an EC key and one name has 300 to 500 bytes.
    private static final int MAX_CHARS = 16_384;

    private static final int MIN_EC_BITS = 256;
    private static final int MIN_RSA_BITS = 2048;

    private CertificateRequest() {}

    /// The key of a request that is well formed, signed with that key, and asks for this identity
    /// or for none.
    static PublicKey read(String csrPem, SpiffeId proven) throws RefusedRequestException {
        if (csrPem.length() > MAX_CHARS) {
            throw new RefusedRequestException(
                    "the request has " + csrPem.length() + " characters, at most " + MAX_CHARS);
        }
        try {
            var csr = new JcaPKCS10CertificationRequest(Pem.read(csrPem, "CERTIFICATE REQUEST"));
            PublicKey key = csr.getPublicKey();
            if (!csr.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new RefusedRequestException("the request is not signed with its own key");
            }
            requireStrength(key);
            requireNames(csr, proven);
            return key;
        } catch (IOException
                | PKCSException
                | OperatorCreationException
                | InvalidKeyException
                | NoSuchAlgorithmException
                | IllegalArgumentException e) {
            throw new RefusedRequestException("not a certificate request: " + e.getMessage());
        }
    }

    private static void requireStrength(PublicKey key) throws RefusedRequestException {
        int bits =
                switch (key) {
                    case ECPublicKey ec -> ec.getParams().getOrder().bitLength();
                    case RSAPublicKey rsa -> rsa.getModulus().bitLength();
                    default ->
                            throw new RefusedRequestException(
                                    "keys are EC or RSA, not " + key.getAlgorithm());
                };
        int least = key instanceof ECPublicKey ? MIN_EC_BITS : MIN_RSA_BITS;
        if (bits < least) {
            throw new RefusedRequestException(
                    "the key has " + bits + " bits, at least " + least + " are needed");
        }
    }

    private static void requireNames(JcaPKCS10CertificationRequest csr, SpiffeId proven)
            throws RefusedRequestException {
        Extensions extensions = csr.getRequestedExtensions();
        GeneralNames names =
                extensions == null
                        ? null
                        : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        if (names == null) {
            return;
        }
        for (GeneralName name : names.getNames()) {
            if (!name.getName().toString().equals(proven.toString())) {
                throw new RefusedRequestException(
                        "the request names '" + name.getName() + "' but its sender is " + proven);
            }
        }
    }
}
