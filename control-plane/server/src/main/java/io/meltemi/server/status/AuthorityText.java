package io.meltemi.server.status;

import io.meltemi.citadel.ca.AuthorityKeys;
import io.meltemi.xds.proto.control.AuthorityCertificate;
import io.meltemi.xds.proto.control.AuthorityResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/// What the mesh signs with and believes, as its owner asks for it.
final class AuthorityText {
    private AuthorityText() {}

    static AuthorityResponse of(AuthorityKeys keys) {
        AuthorityResponse.Builder response = AuthorityResponse.newBuilder();
        response.setSigner(certificate(keys.issuing().certificate()));
        keys.trust().roots().forEach(root -> response.addRoots(certificate(root)));
        return response.build();
    }

    private static AuthorityCertificate certificate(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return AuthorityCertificate.newBuilder()
                    .setSubject(certificate.getSubjectX500Principal().getName())
                    .setFingerprint(HexFormat.of().formatHex(digest))
                    .setValidFromEpochSeconds(
                            certificate.getNotBefore().toInstant().getEpochSecond())
                    .setValidUntilEpochSeconds(
                            certificate.getNotAfter().toInstant().getEpochSecond())
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that is in force has a form", e);
        }
    }
}
