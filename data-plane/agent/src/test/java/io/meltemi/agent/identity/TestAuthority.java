package io.meltemi.agent.identity;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/// An authority for tests: signs what it is asked to. Thread-safe.
public final class TestAuthority {
    private static final X500Name NAME = new X500Name("CN=test root");

    private final WorkloadKey key = WorkloadKey.generate();
    private final AtomicLong serial = new AtomicLong(1);
    private final X509Certificate root;

    public TestAuthority() {
        root =
                issue(
                        key.pair().getPublic(),
                        NAME,
                        Duration.ofDays(1),
                        builder ->
                                builder.addExtension(
                                        Extension.basicConstraints,
                                        true,
                                        new BasicConstraints(true)));
    }

    public X509Certificate root() {
        return root;
    }

    public String rootPem() {
        return Pem.certificates(List.of(root));
    }

    /// Answers a request with its own alternative names.
    public List<String> sign(String csr, Duration lifetime) {
        try (PEMParser parser = new PEMParser(new StringReader(csr))) {
            JcaPKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequest(
                            (PKCS10CertificationRequest) parser.readObject());
            Extensions asked = request.getRequestedExtensions();
            X509Certificate leaf =
                    issue(
                            request.getPublicKey(),
                            new X500Name(""),
                            lifetime,
                            builder ->
                                    builder.addExtension(
                                            asked.getExtension(Extension.subjectAlternativeName)));
            return List.of(Pem.certificates(List.of(leaf)), rootPem());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// A server's key and certificate.
    public WorkloadSecrets server(String dnsName) {
        WorkloadKey own = WorkloadKey.generate();
        X509Certificate leaf =
                issue(
                        own.pair().getPublic(),
                        new X500Name("CN=" + dnsName),
                        Duration.ofHours(1),
                        builder ->
                                builder.addExtension(
                                        Extension.subjectAlternativeName,
                                        false,
                                        new GeneralNames(
                                                new GeneralName(GeneralName.dNSName, dnsName))));
        return new WorkloadSecrets(List.of(leaf), own.pair().getPrivate(), List.of(root));
    }

    private interface Extending {
        void extend(JcaX509v3CertificateBuilder builder) throws IOException;
    }

    private X509Certificate issue(
            PublicKey publicKey, X500Name subject, Duration lifetime, Extending extending) {
        Instant now = Instant.now();
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            NAME,
                            BigInteger.valueOf(serial.getAndIncrement()),
                            Date.from(now.minusSeconds(60)),
                            Date.from(now.plus(lifetime)),
                            subject,
                            publicKey);
            extending.extend(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(key.pair().getPrivate())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
