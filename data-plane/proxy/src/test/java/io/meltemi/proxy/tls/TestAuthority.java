package io.meltemi.proxy.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// A certificate authority for tests. Thread-safe.
@SuppressWarnings("JavaUtilDate") // Bouncy Castle's builder takes no other
public final class TestAuthority {
    private static final AtomicLong SERIALS = new AtomicLong(1);

    private final String name;
    private final KeyPair keys;
    private final String pem;

    /// A certificate in PEM with its key, PKCS #8.
    public record Issued(String chain, String key) {}

    public TestAuthority(String name) {
        this.name = name;
        this.keys = keyPair("EC", 256);
        Instant now = Instant.now();
        this.pem = certificate(name, keys, List.of(), now.minusSeconds(60), now.plus(DAY), true);
    }

    private static final Duration DAY = Duration.ofDays(1);

    public String pem() {
        return pem;
    }

    public Issued issue(String... names) {
        Instant now = Instant.now();
        return issue("EC", 256, now.minusSeconds(60), now.plus(DAY), names);
    }

    Issued issueExpired(String... names) {
        Instant now = Instant.now();
        return issue("EC", 256, now.minus(DAY), now.minusSeconds(60), names);
    }

    Issued issueRsa(String... names) {
        Instant now = Instant.now();
        return issue("RSA", 2048, now.minusSeconds(60), now.plus(DAY), names);
    }

    private Issued issue(String algorithm, int bits, Instant from, Instant to, String... names) {
        KeyPair leaf = keyPair(algorithm, bits);
        return new Issued(
                certificate("leaf", leaf, List.of(names), from, to, false), pem(leaf.getPrivate()));
    }

    /// @param names with "://" are URIs, others DNS names
    private String certificate(
            String subject,
            KeyPair subjectKeys,
            List<String> names,
            Instant from,
            Instant to,
            boolean authority) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name("CN=" + name),
                            BigInteger.valueOf(SERIALS.getAndIncrement()),
                            Date.from(from),
                            Date.from(to),
                            new X500Name("CN=" + subject),
                            subjectKeys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            List<GeneralName> generalNames = new ArrayList<>();
            for (String san : names) {
                boolean uri = san.contains("://");
                generalNames.add(
                        new GeneralName(
                                uri ? GeneralName.uniformResourceIdentifier : GeneralName.dNSName,
                                san));
            }
            if (!generalNames.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(generalNames.toArray(new GeneralName[0])));
            }
            return write(
                    builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA")
                                    .build(keys.getPrivate())));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keyPair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(PrivateKey key) {
        try {
            return write(new JcaPKCS8Generator(key, null));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// PKCS #1 for RSA, SEC 1 for EC: what openssl wrote for years.
    static String traditionalPem(PrivateKey key) {
        try {
            if (key instanceof ECPrivateKey ec) {
                // OpenSSL writes the curve into the structure, Bouncy Castle's writer does not.
                return write(
                        new PemObject(
                                "EC PRIVATE KEY",
                                new org.bouncycastle.asn1.sec.ECPrivateKey(
                                                256, ec.getS(), SECObjectIdentifiers.secp256r1)
                                        .getEncoded()));
            }
            return write(key);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String write(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
