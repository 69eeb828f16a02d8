package io.meltemi.citadel.ca;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Certificates that somebody else's authority would hand over: a link of a chain. Immutable.
record TestChain(KeyPair pair, X509Certificate certificate) {
    static TestChain root(String name) throws Exception {
        KeyPair pair = ec("secp256r1");
        return new TestChain(pair, issue(pair, name, pair, name, true));
    }

    /// An authority that this one vouches for.
    TestChain authority(String name) throws Exception {
        KeyPair own = ec("secp384r1");
        return new TestChain(own, issue(own, name, pair, subject(), true));
    }

    /// Somebody who may not sign for others.
    TestChain leaf(String name) throws Exception {
        KeyPair own = ec("secp256r1");
        return new TestChain(own, issue(own, name, pair, subject(), false));
    }

    static TestChain rsaRoot(String name) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        return new TestChain(pair, issue(pair, name, pair, name, true));
    }

    private String subject() {
        return certificate.getSubjectX500Principal().getName();
    }

    String pem() {
        return Pem.certificate(certificate);
    }

    /// Writes Istio's files.
    void plugInto(Path folder, String roots, String chain) throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("ca-cert.pem"), pem());
        Files.writeString(folder.resolve("ca-key.pem"), Pem.privateKey(pair.getPrivate()));
        Files.writeString(folder.resolve("root-cert.pem"), roots);
        if (!chain.isEmpty()) {
            Files.writeString(folder.resolve("cert-chain.pem"), chain);
        }
    }

    private static KeyPair ec(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static X509Certificate issue(
            KeyPair own, String name, KeyPair signer, String issuer, boolean authority)
            throws Exception {
        Instant now = Instant.now();
        var builder =
                new JcaX509v3CertificateBuilder(
                        new X500Principal(issuer),
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(now.minus(Duration.ofMinutes(1))),
                        Date.from(now.plus(Duration.ofDays(30))),
                        new X500Principal(name),
                        own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        String algorithm =
                signer.getPrivate().getAlgorithm().equals("RSA")
                        ? "SHA256withRSA"
                        : "SHA256withECDSA";
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
    }
}
