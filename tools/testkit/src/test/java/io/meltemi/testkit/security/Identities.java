package io.meltemi.testkit.security;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// One authority, and callers with certificates of it by the names in them. They share a key:
/// making keys is what takes long. Confined to its test.
@SuppressWarnings("JavaUtilDate") // Bouncy Castle's builders take no other
public final class Identities {
    private static final Duration USUAL_AGE = Duration.ofMinutes(1);
    private static final Duration USUAL_REST = Duration.ofDays(1);

    private final KeyPair keys;
    private final X509Certificate root;
    private final Map<String, SSLContext> contexts = new HashMap<>();
    private long serial = 1;

    public Identities() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            keys = generator.generateKeyPair();
            root = sign("CN=root", List.of(), true);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    public String rootPem() throws IOException {
        return text(root);
    }

    /// A certificate with these names.
    public String pem(List<String> names) throws IOException {
        return text(sign("CN=own", names, false));
    }

    public String keyPem() throws IOException {
        return text(new JcaPKCS8Generator(keys.getPrivate(), null));
    }

    /// TLS of a caller or a server.
    ///
    /// @param names one a line: URIs where they have "://", else DNS names; empty: no certificate
    public SSLContext context(String names) throws IOException {
        SSLContext context = contexts.get(names);
        if (context == null) {
            context = create(names);
            contexts.put(names, context);
        }
        return context;
    }

    private SSLContext create(String names) throws IOException {
        return names.isEmpty()
                ? showing()
                : showing(new Own(caller(names, USUAL_AGE, USUAL_REST), keys.getPrivate()));
    }

    /// TLS of a caller whose certificate began so long ago and ends in so long, either of which may
    /// be negative.
    public SSLContext context(String names, Duration age, Duration rest) throws IOException {
        return showing(new Own(caller(names, age, rest), keys.getPrivate()));
    }

    private X509Certificate caller(String names, Duration age, Duration rest) throws IOException {
        return sign("CN=caller", names.lines().toList(), false, age, rest);
    }

    private static SSLContext showing(KeyManager... own) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, new TrustManager[] {new Anyone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private X509Certificate sign(String subject, List<String> names, boolean authority)
            throws IOException {
        return sign(subject, names, authority, USUAL_AGE, USUAL_REST);
    }

    private X509Certificate sign(
            String subject, List<String> names, boolean authority, Duration age, Duration rest)
            throws IOException {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name("CN=root"),
                        BigInteger.valueOf(serial++),
                        Date.from(now.minus(age)),
                        Date.from(now.plus(rest)),
                        new X500Name(subject),
                        keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        // Envoy's SPIFFE validator takes who says nothing for an authority.
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
        if (!names.isEmpty()) {
            Stream<GeneralName> all =
                    names.stream()
                            .map(name ->
                                    new GeneralName(
                                            name.contains("://")
                                                    ? GeneralName.uniformResourceIdentifier
                                                    : GeneralName.dNSName,
                                            name));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(all.toArray(GeneralName[]::new)));
        }
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("no certificate for " + names, e);
        }
    }

    private static String text(Object object) throws IOException {
        StringWriter out = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(out)) {
            writer.writeObject(object);
        }
        return out.toString();
    }

    /// Shows its certificate to whoever asks. Immutable.
    private static final class Own extends X509ExtendedKeyManager {
        private final X509Certificate leaf;
        private final PrivateKey key;

        Own(X509Certificate leaf, PrivateKey key) {
            this.leaf = leaf;
            this.key = key;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {leaf};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /// Takes any server: it is the callers that are under test.
    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
