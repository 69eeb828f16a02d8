package io.meltemi.agent.identity;

import io.meltemi.base.identity.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;

/// What a workload asks the authority to sign (PKCS #10, RFC 2986). Immutable.
///
/// @param pem begins with `-----BEGIN CERTIFICATE REQUEST-----`
public record CertificateRequest(String pem) {
    private static final byte[] EXTENSION_REQUEST =
            Der.objectIdentifier(1, 2, 840, 113549, 1, 9, 14);
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.objectIdentifier(2, 5, 29, 17);
    private static final byte[] ECDSA_WITH_SHA256 = Der.objectIdentifier(1, 2, 840, 10045, 4, 3, 2);
    private static final byte[] VERSION_1 = Der.of(Der.INTEGER, new byte[] {0});
    private static final byte[] TRUE = Der.of(Der.BOOLEAN, new byte[] {(byte) 0xff});
    private static final byte[] NO_SUBJECT = Der.of(Der.SEQUENCE);

    /// RFC 5280 §4.2.1.6: `uniformResourceIdentifier [6] IA5String`.
    private static final int URI = Der.context(6, false);

    private static final int ATTRIBUTES = Der.context(0, true);

    /// A request for one identity, signed with its key. As SPIFFE has it, the subject is empty and
    /// the identity is the only URI among the alternative names.
    public static CertificateRequest of(WorkloadKey key, SpiffeId identity) {
        byte[] asked =
                Der.of(
                        Der.SEQUENCE,
                        VERSION_1,
                        NO_SUBJECT,
                        key.pair().getPublic().getEncoded(),
                        Der.of(ATTRIBUTES, alternativeName(identity)));
        byte[] request =
                Der.of(
                        Der.SEQUENCE,
                        asked,
                        Der.of(Der.SEQUENCE, ECDSA_WITH_SHA256),
                        Der.of(Der.BIT_STRING, new byte[] {0}, signature(key, asked)));
        return new CertificateRequest(Pem.encode("CERTIFICATE REQUEST", request));
    }

    private static byte[] alternativeName(SpiffeId identity) {
        byte[] uri = identity.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] extension =
                Der.of(
                        Der.SEQUENCE,
                        SUBJECT_ALTERNATIVE_NAME,
                        // Critical: there is no other name.
                        TRUE,
                        Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, Der.of(URI, uri))));
        return Der.of(
                Der.SEQUENCE, EXTENSION_REQUEST, Der.of(Der.SET, Der.of(Der.SEQUENCE, extension)));
    }

    private static byte[] signature(WorkloadKey key, byte[] signed) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key.pair().getPrivate());
            signature.update(signed);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a P-256 key signs", e);
        }
    }
}
