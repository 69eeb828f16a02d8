package io.meltemi.testkit.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Certificates of one case, made anew for each run and written where proxies can read them:
/// `NAME.pem` (with what is between it and the root), `NAME.key`, and for an authority `NAME.crl`.
/// Confined to its test.
@SuppressWarnings("JavaUtilDate") // Bouncy Castle's builders take no other
final class TestCertificates {
    private static final Duration DAY = Duration.ofDays(1);

    private final Path folder;
    private final Map<String, Holder> holders = new LinkedHashMap<>();

    /// What follows a certificate of this authority in a chain: all but the root. By name.
    private final Map<String, String> chains = new HashMap<>();

    private long serial = 0x1000;

    /// A certificate with its key.
    record Holder(X509Certificate certificate, PrivateKey key) {}

    TestCertificates(Path folder) {
        this.folder = folder;
    }

    /// What a certificate is to be.
    ///
    /// @param by the authority that signs it; empty for an authority that signs itself
    /// @param authority whether it signs others
    /// @param names with "://" are URIs, with "@" mail addresses, numbers IPs, others DNS names
    /// @param keyType `EC` or `RSA`
    /// @param usage whether it says that its key only signs handshakes
    /// @param revoked whether its authority takes it back
    record Wish(
            String by,
            boolean authority,
            List<String> names,
            String keyType,
            boolean usage,
            boolean revoked,
            boolean expired) {
        Wish {
            names = List.copyOf(names);
        }
    }

    void make(Map<String, Wish> wishes) throws IOException {
        try {
            for (Map.Entry<String, Wish> each : wishes.entrySet()) {
                issue(each.getKey(), each.getValue());
            }
            for (Map.Entry<String, Wish> each : wishes.entrySet()) {
                if (each.getValue().authority()) {
                    revoke(each.getKey(), wishes);
                }
            }
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("certificates cannot be made", e);
        }
    }

    /// Where their files are.
    Path folder() {
        return folder;
    }

    Holder holder(String name) {
        Holder holder = holders.get(name);
        if (holder == null) {
            throw new IllegalArgumentException("no certificate '" + name + "'");
        }
        return holder;
    }

    /// Fills in `hash(NAME)` and `spki(NAME)`, which no case can know.
    String fill(String bootstrap) throws IOException {
        String filled = bootstrap;
        try {
            for (Map.Entry<String, Holder> each : holders.entrySet()) {
                MessageDigest sha = MessageDigest.getInstance("SHA-256");
                X509Certificate certificate = each.getValue().certificate();
                String hash = HexFormat.of().formatHex(sha.digest(certificate.getEncoded()));
                String spki =
                        Base64.getEncoder()
                                .encodeToString(
                                        sha.digest(certificate.getPublicKey().getEncoded()));
                filled =
                        filled.replace("hash(" + each.getKey() + ")", hash)
                                .replace("spki(" + each.getKey() + ")", spki);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return filled;
    }

    /// The other way round, for what comes out of a proxy.
    String hide(String line) throws IOException {
        String hidden = line;
        for (String name : holders.keySet()) {
            hidden = hidden.replace(fill("hash(" + name + ")"), "hash(" + name + ")");
            hidden = hidden.replace(sha1(name), "sha1(" + name + ")");
            hidden = hidden.replace(escapedPem(name), "pem(" + name + ")");
            X509Certificate certificate = holder(name).certificate();
            hidden = hidden.replace(time(certificate.getNotBefore()), "not-before");
            hidden = hidden.replace(time(certificate.getNotAfter()), "not-after");
            hidden =
                    hidden.replace(
                            Long.toString(certificate.getNotAfter().getTime() / 1000),
                            "not-after-seconds");
        }
        return hidden;
    }

    private static String time(Date moment) {
        return moment.toInstant().toString().replace("Z", ".000Z");
    }

    private String sha1(String name) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(holder(name).certificate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /// As Envoy writes a certificate into a header or a log.
    private String escapedPem(String name) throws IOException {
        String pem = Files.readString(folder.resolve(name + ".pem"));
        int end = pem.indexOf("-----END CERTIFICATE-----") + "-----END CERTIFICATE-----".length();
        return URLEncoder.encode(pem.substring(0, end).replace("\r", "") + "\n", UTF_8)
                .replace("+", "%20");
    }

    private void issue(String name, Wish wish)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        boolean own = wish.by().isEmpty();
        KeyPair keys = keyPair(wish.keyType());
        PrivateKey signer = own ? keys.getPrivate() : holder(wish.by()).key();
        Instant from = Instant.now().minus(wish.expired() ? DAY : Duration.ofMinutes(1));
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name("CN=" + (own ? name : wish.by()) + ",O=test"),
                        BigInteger.valueOf(serial++),
                        Date.from(from),
                        Date.from(
                                wish.expired()
                                        ? Instant.now().minusSeconds(60)
                                        : Instant.now().plus(DAY)),
                        new X500Name("CN=" + name + ",O=test"),
                        keys.getPublic());
        builder.addExtension(
                Extension.basicConstraints, true, new BasicConstraints(wish.authority()));
        if (wish.usage()) {
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        }
        if (!wish.names().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names(wish.names()));
        }
        X509Certificate certificate =
                new JcaX509CertificateConverter().getCertificate(builder.build(signer(signer)));
        holders.put(name, new Holder(certificate, keys.getPrivate()));
        write(name + ".pem", certificate);
        String above = chains.getOrDefault(wish.by(), "");
        Files.writeString(folder.resolve(name + ".pem"), above, StandardOpenOption.APPEND);
        if (!own) {
            chains.put(name, Files.readString(folder.resolve(name + ".pem")));
        }
        write(name + ".key", new JcaPKCS8Generator(keys.getPrivate(), null));
    }

    private void revoke(String authority, Map<String, Wish> wishes)
            throws IOException, OperatorCreationException {
        X509v2CRLBuilder list =
                new X509v2CRLBuilder(
                        new X500Name("CN=" + authority + ",O=test"),
                        Date.from(Instant.now().minusSeconds(60)));
        list.setNextUpdate(Date.from(Instant.now().plus(DAY)));
        for (Map.Entry<String, Wish> each : wishes.entrySet()) {
            if (each.getValue().by().equals(authority) && each.getValue().revoked()) {
                list.addCRLEntry(
                        holder(each.getKey()).certificate().getSerialNumber(),
                        Date.from(Instant.now().minusSeconds(30)),
                        CRLReason.keyCompromise);
            }
        }
        write(authority + ".crl", list.build(signer(holder(authority).key())));
    }

    private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new JcaContentSignerBuilder(algorithm).build(key);
    }

    private static KeyPair keyPair(String type) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
        generator.initialize(type.equals("RSA") ? 2048 : 256);
        return generator.generateKeyPair();
    }

    private static GeneralNames names(List<String> names) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : names) {
            all.add(new GeneralName(tag(name), name));
        }
        return new GeneralNames(all.toArray(new GeneralName[0]));
    }

    private static int tag(String name) {
        if (name.contains("://")) {
            return GeneralName.uniformResourceIdentifier;
        }
        if (name.contains("@")) {
            return GeneralName.rfc822Name;
        }
        return name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
    }

    private void write(String file, Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        Files.writeString(folder.resolve(file), text.toString());
    }
}
