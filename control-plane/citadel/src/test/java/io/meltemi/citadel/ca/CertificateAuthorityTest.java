package io.meltemi.citadel.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit opens it first.
final class CertificateAuthorityTest {
    private static final SpiffeId INVOICE =
            new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", "invoice");

    @TempDir Path folder;
    private CertificateAuthority ca;

    @BeforeEach
    void open() throws Exception {
        ca =
                new CertificateAuthority(
                        SelfSignedRoots.open(
                                new RootFolder(folder, Optional.empty()),
                                TrustDomain.CLUSTER_LOCAL,
                                RootSchedule.of(Duration.ofHours(24)),
                                Clock.systemUTC()),
                        Duration.ofHours(24),
                        Clock.systemUTC());
    }

    @Test
    void theLeafCarriesTheProvenIdentityAndChainsToTheRoot() throws Exception {
        List<String> chain =
                ca.sign(csr(ec("secp256r1"), INVOICE.toString()), INVOICE, Duration.ZERO).pem();

        X509Certificate leaf = Pem.readCertificate(chain.getFirst());
        assertThat(chain).hasSize(2);
        assertThat(leaf.getSubjectAlternativeNames())
                .containsExactly(List.of(6, INVOICE.toString()));
        assertThat(leaf.getNotAfter().toInstant())
                .isBefore(Clock.systemUTC().instant().plus(Duration.ofHours(24).plusSeconds(1)));
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
        var trust =
                new PKIXParameters(
                        Set.of(new TrustAnchor(ca.keys().issuing().certificate(), null)));
        trust.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX").validate(path, trust);
    }

    @Test
    void aShorterLifetimeIsGivenALongerOneIsNot() throws Exception {
        X509Certificate asked =
                ca.sign(csr(ec("secp256r1"), ""), INVOICE, Duration.ofSeconds(30)).leaf();
        X509Certificate greedy =
                ca.sign(csr(ec("secp256r1"), ""), INVOICE, Duration.ofDays(900)).leaf();

        var now = Clock.systemUTC().instant();
        assertThat(asked.getNotAfter().toInstant()).isBefore(now.plusSeconds(31));
        assertThat(greedy.getNotAfter().toInstant()).isBefore(now.plus(Duration.ofHours(25)));
    }

    @Test
    void aRequestForAnotherIdentityIsRefusedByName() throws Exception {
        String csr = csr(ec("secp256r1"), "spiffe://cluster.local/ns/shop/sa/admin");

        assertThatThrownBy(() -> ca.sign(csr, INVOICE, Duration.ZERO))
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining("sa/admin")
                .hasMessageContaining("sa/invoice");
    }

    @Test
    void weakKeysAreRefused() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(1024);
        String csr = csr(rsa.generateKeyPair(), "");

        assertThatThrownBy(() -> ca.sign(csr, INVOICE, Duration.ZERO))
                .hasMessageContaining("1024 bits");
    }

    @Test
    void nonsenseIsRefusedInWords() {
        assertThatThrownBy(() -> ca.sign("hello", INVOICE, Duration.ZERO))
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining("not a certificate request");
        assertThatThrownBy(() -> ca.sign("x".repeat(20_000), INVOICE, Duration.ZERO))
                .hasMessageContaining("20000 characters");
    }

    private static KeyPair ec(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static String csr(KeyPair pair, String uri) throws Exception {
        var builder =
                new JcaPKCS10CertificationRequestBuilder(
                        new X500Principal("O=test"), pair.getPublic());
        if (!uri.isEmpty()) {
            var extensions = new ExtensionsGenerator();
            extensions.addExtension(
                    Extension.subjectAlternativeName,
                    true,
                    new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
            builder.addAttribute(
                    PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
        }
        String algorithm =
                pair.getPublic().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        var request =
                builder.build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate()));
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(request);
        }
        return text.toString();
    }
}
