package io.meltemi.agent.identity;

import io.meltemi.base.identity.SpiffeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// What a workload asks the authority to sign (PKCS #10). Immutable.
///
/// @param pem begins with `-----BEGIN CERTIFICATE REQUEST-----`
public record CertificateRequest(String pem) {
    /// A request for one identity, signed with its key. As SPIFFE has it, the subject is empty and
    /// the identity is the only URI among the alternative names.
    public static CertificateRequest of(WorkloadKey key, SpiffeId identity) {
        try {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(
                    Extension.subjectAlternativeName,
                    true,
                    new GeneralNames(
                            new GeneralName(
                                    GeneralName.uniformResourceIdentifier, identity.toString())));
            Extensions asked = extensions.generate();
            byte[] encoded =
                    new JcaPKCS10CertificationRequestBuilder(
                                    new X500Principal(""), key.pair().getPublic())
                            .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, asked)
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(key.pair().getPrivate()))
                            .getEncoded();
            return new CertificateRequest(Pem.encode("CERTIFICATE REQUEST", encoded));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("a P-256 key signs", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
