package io.meltemi.citadel.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An authority that somebody else has made, in Istio's four files: `ca-cert.pem`, `ca-key.pem`,
/// `root-cert.pem` and, when there is anything between the two certificates, `cert-chain.pem`.
/// Thread-safe.
///
/// Files that are replaced take effect within seconds; `root-cert.pem` may hold several roots,
/// which is how one takes over from another here: both are written there first, then the authority
/// is replaced, then the old root is taken out, each after the longest life of a certificate.
public final class PluggedInAuthority implements AuthorityKeys {
    private static final Logger LOG = LoggerFactory.getLogger(PluggedInAuthority.class);
    private static final String ROOT = "root-cert.pem";
    private static final String CERTIFICATE = "ca-cert.pem";
    private static final String CHAIN = "cert-chain.pem";
    private static final String KEY = "ca-key.pem";

    /// A chain of ten RSA certificates has 20 KB.
    private static final long MAX_BYTES = 1 << 20;

    private static final int CERTIFICATE_SIGNING = 5;

    private final Path folder;
    private final Optional<Passphrase> passphrase;
    private final Clock clock;
    private volatile Held held;

    /// @param texts of the four files, to notice a change
    private record Held(List<String> texts, IssuingKey issuing, TrustBundle trust) {
        @Override
        public String toString() {
            return "Held(" + issuing + ")";
        }
    }

    private PluggedInAuthority(
            Path folder, Optional<Passphrase> passphrase, Clock clock, Held held) {
        this.folder = folder;
        this.passphrase = passphrase;
        this.clock = clock;
        this.held = held;
    }

    /// @throws IOException naming the file that is missing or wrong
    public static PluggedInAuthority open(Path folder, Optional<Passphrase> passphrase, Clock clock)
            throws IOException {
        return new PluggedInAuthority(
                folder, passphrase, clock, check(folder, texts(folder), passphrase, clock));
    }

    @Override
    public IssuingKey issuing() {
        return held.issuing;
    }

    @Override
    public TrustBundle trust() {
        return held.trust;
    }

    @Override
    public synchronized void refresh() throws IOException {
        List<String> texts = texts(folder);
        if (!texts.equals(held.texts)) {
            held = check(folder, texts, passphrase, clock);
            LOG.info("the authority in {} has changed: {}", folder, held.issuing);
        }
    }

    @Override
    public String rotate() throws RefusedRequestException {
        throw new RefusedRequestException(
                "the authority in "
                        + folder
                        + " was plugged in: write the new root into "
                        + ROOT
                        + " beside the old one, replace "
                        + CERTIFICATE
                        + " and "
                        + KEY
                        + " after the longest life of a certificate, and take the old root out"
                        + " after another");
    }

    private static List<String> texts(Path folder) throws IOException {
        return List.of(
                text(folder, CERTIFICATE, true),
                text(folder, KEY, true),
                text(folder, ROOT, true),
                text(folder, CHAIN, false));
    }

    private static String text(Path folder, String name, boolean needed) throws IOException {
        Path file = folder.resolve(name);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            if (needed) {
                throw new IOException(
                        file
                                + " is missing: an authority is "
                                + CERTIFICATE
                                + ", "
                                + KEY
                                + " and "
                                + ROOT,
                        e);
            }
            return "";
        }
    }

    private static Held check(
            Path folder, List<String> texts, Optional<Passphrase> passphrase, Clock clock)
            throws IOException {
        X509Certificate signer =
                named(folder, CERTIFICATE, () -> Pem.readCertificates(texts.get(0))).getFirst();
        PrivateKey key = named(folder, KEY, () -> KeyText.read(texts.get(1), passphrase));
        List<X509Certificate> roots = named(folder, ROOT, () -> Pem.readCertificates(texts.get(2)));
        List<X509Certificate> between =
                texts.get(3).isBlank()
                        ? List.of()
                        : named(folder, CHAIN, () -> Pem.readCertificates(texts.get(3)));
        requireAuthority(folder.resolve(CERTIFICATE), signer);
        if (!KeyPairs.match(key, signer.getPublicKey())) {
            throw new IOException(
                    folder.resolve(KEY) + " does not belong to " + folder.resolve(CERTIFICATE));
        }
        List<X509Certificate> intermediates = intermediates(signer, between, roots);
        requirePath(folder, signer, intermediates, roots, clock);
        return new Held(texts, new IssuingKey(key, signer, intermediates), new TrustBundle(roots));
    }

    /// The signer and what stands between it and a root, each once, without the roots themselves.
    private static List<X509Certificate> intermediates(
            X509Certificate signer, List<X509Certificate> between, List<X509Certificate> roots) {
        List<X509Certificate> all = new ArrayList<>();
        all.add(signer);
        between.stream().filter(c -> !c.equals(signer)).forEach(all::add);
        all.removeIf(roots::contains);
        return all;
    }

    private static void requireAuthority(Path file, X509Certificate signer) throws IOException {
        boolean[] usage = signer.getKeyUsage();
        if (signer.getBasicConstraints() < 0 || (usage != null && !usage[CERTIFICATE_SIGNING])) {
            throw new IOException(
                    file
                            + " may not sign certificates: it needs the basic constraint CA:TRUE and"
                            + " the key usage keyCertSign");
        }
    }

    private static void requirePath(
            Path folder,
            X509Certificate signer,
            List<X509Certificate> intermediates,
            List<X509Certificate> roots,
            Clock clock)
            throws IOException {
        if (intermediates.isEmpty()) {
            return;
        }
        try {
            var path = CertificateFactory.getInstance("X.509").generateCertPath(intermediates);
            var trust =
                    new PKIXParameters(
                            roots.stream()
                                    .map(root -> new TrustAnchor(root, null))
                                    .collect(Collectors.toSet()));
            trust.setRevocationEnabled(false);
            trust.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX").validate(path, trust);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    folder.resolve(CERTIFICATE)
                            + " ("
                            + signer.getSubjectX500Principal().getName()
                            + ") is not vouched for by "
                            + folder.resolve(ROOT)
                            + ": "
                            + e.getMessage()
                            + "; what stands between them belongs into "
                            + CHAIN,
                    e);
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T named(Path folder, String name, Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new IOException(folder.resolve(name) + ": " + e.getMessage(), e);
        }
    }
}
