package io.meltemi.proxy.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate that may be wrong in any way, and whoever it signs. Immutable.
///
/// @param pem itself
@SuppressWarnings("JavaUtilDate") // Bouncy Castle's builder takes no other
record Chains(String name, KeyPair keys, String pem) {
    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final AtomicLong SERIALS = new AtomicLong(1);

    /// What a certificate says. Confined to its test.
    static final class Wish {
        private final String name;
        private Instant from = NOW.minus(Duration.ofDays(1));
        private Instant to = NOW.plus(Duration.ofDays(1));
        private BasicConstraints constraints = new BasicConstraints(false);
        private final java.util.Map<ASN1ObjectIdentifier, ASN1Encodable> extensions =
                new java.util.LinkedHashMap<>();
        private boolean critical;

        Wish(String name) {
            this.name = name;
        }

        Wish authority() {
            constraints = new BasicConstraints(true);
            return this;
        }

        Wish authority(int length) {
            constraints = new BasicConstraints(length);
            return this;
        }

        Wish between(Instant begin, Instant end) {
            from = begin;
            to = end;
            return this;
        }

        /// @param kind of [GeneralName]
        Wish named(int kind, String text) {
            return with(
                    Extension.subjectAlternativeName,
                    new GeneralNames(new GeneralName(kind, text)));
        }

        Wish permitting(GeneralName permitted) {
            return with(
                    Extension.nameConstraints,
                    new NameConstraints(
                            new GeneralSubtree[] {new GeneralSubtree(permitted)}, null));
        }

        Wish excluding(GeneralName excluded) {
            return with(
                    Extension.nameConstraints,
                    new NameConstraints(null, new GeneralSubtree[] {new GeneralSubtree(excluded)}));
        }

        Wish with(ASN1ObjectIdentifier id, ASN1Encodable value) {
            extensions.put(id, value);
            return this;
        }

        /// All that is not usual is critical.
        Wish critical() {
            critical = true;
            return this;
        }
    }

    static Chains root(Wish wish) {
        KeyPair keys = keyPair();
        return new Chains(wish.name, keys, sign(wish, keys, wish.name, keys));
    }

    Chains sign(Wish wish) {
        KeyPair other = keyPair();
        return new Chains(wish.name, other, sign(wish, other, name, keys));
    }

    private static String sign(Wish wish, KeyPair own, String issuer, KeyPair signer) {
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name("CN=" + issuer),
                        BigInteger.valueOf(SERIALS.getAndIncrement()),
                        Date.from(wish.from),
                        Date.from(wish.to),
                        new X500Name("CN=" + wish.name),
                        own.getPublic());
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            builder.addExtension(Extension.basicConstraints, true, wish.constraints);
            for (var each : wish.extensions.entrySet()) {
                builder.addExtension(each.getKey(), wish.critical, each.getValue());
            }
            writer.writeObject(
                    builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA")
                                    .build(signer.getPrivate())));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
