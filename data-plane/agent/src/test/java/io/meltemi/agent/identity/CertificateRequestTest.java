package io.meltemi.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import java.util.Base64;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Read by a library that knows nothing of ours.
final class CertificateRequestTest {
    /// Names on both sides of where a length takes a second and a third byte.
    @ParameterizedTest
    @ValueSource(ints = {1, 40, 63})
    void anAuthorityReadsTheIdentityAndTheKey(int letters) throws Exception {
        WorkloadKey key = WorkloadKey.generate();
        SpiffeId identity =
                new SpiffeId(TrustDomain.CLUSTER_LOCAL, "n".repeat(letters), "s".repeat(letters));

        var request = read(CertificateRequest.of(key, identity).pem());

        assertThat(request.getPublicKey()).isEqualTo(key.pair().getPublic());
        assertThat(
                        request.isSignatureValid(
                                new JcaContentVerifierProviderBuilder()
                                        .build(key.pair().getPublic())))
                .isTrue();
        assertThat(request.getSubject().getRDNs()).isEmpty();
        var extensions = request.getRequestedExtensions();
        assertThat(extensions.getExtension(Extension.subjectAlternativeName).isCritical()).isTrue();
        assertThat(
                        GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName)
                                .getNames())
                .containsExactly(
                        new GeneralName(
                                GeneralName.uniformResourceIdentifier, identity.toString()));
    }

    private static JcaPKCS10CertificationRequest read(String pem) throws Exception {
        return new JcaPKCS10CertificationRequest(
                Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", "")));
    }
}
