package io.meltemi.citadel.ca;

import io.meltemi.base.identity.TrustDomain;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Keeps the mesh's roots, so that a restarted control plane is still trusted. Confined to whoever
/// holds it.
///
/// Files: `root-key.pem` and `root-cert.pem`, then `root-2-key.pem` and `root-2-cert.pem` and so
/// on; readable by their owner only, and the keys encrypted when there is a passphrase. A key is
/// written before its certificate and removed after it, so a key alone is the trace of a crash, and
/// nobody trusts it.
public final class RootFolder {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");
    private static final String CERTIFICATE = "-cert.pem";
    private static final String KEY = "-key.pem";

    private final Path folder;
    private final Optional<Passphrase> passphrase;

    /// By the files' common beginning.
    private final Map<String, RootAuthority> known = new HashMap<>();

    /// @param passphrase a key that lies open is encrypted when it is read
    public RootFolder(Path folder, Optional<Passphrase> passphrase) {
        this.folder = folder;
        this.passphrase = passphrase;
    }

    /// What is kept, the oldest first; the folder is made when it is missing.
    ///
    /// @throws IOException naming the file that cannot be used
    List<RootAuthority> read(TrustDomain trustDomain, Instant now) throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String name : names()) {
            Path certificate = folder.resolve(name + CERTIFICATE);
            if (!Files.exists(folder.resolve(name + KEY))) {
                throw new IOException(
                        certificate
                                + " has no "
                                + name
                                + KEY
                                + " beside it: restore the key, or remove the folder to start a new"
                                + " trust root");
            }
            try {
                known.put(name, read(name, trustDomain, now));
            } catch (IOException | CertificateException e) {
                throw new IOException(
                        "the root "
                                + certificate
                                + " and its key cannot be used: "
                                + e.getMessage(),
                        e);
            }
        }
        return known.values().stream()
                .sorted(Comparator.comparing(RootAuthority::created))
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(CERTIFICATE))
                    .map(f -> f.substring(0, f.length() - CERTIFICATE.length()))
                    .sorted()
                    .toList();
        }
    }

    private RootAuthority read(String name, TrustDomain trustDomain, Instant now)
            throws IOException, CertificateException {
        String keyText = Files.readString(folder.resolve(name + KEY));
        var key = KeyText.read(keyText, passphrase);
        var certificate = Pem.readCertificate(Files.readString(folder.resolve(name + CERTIFICATE)));
        certificate.checkValidity(Date.from(now));
        if (!KeyPairs.match(key, certificate.getPublicKey())) {
            throw new IOException("the key does not belong to the certificate");
        }
        String subject = certificate.getSubjectX500Principal().getName();
        if (!List.of(subject.split(",")).contains("O=" + trustDomain.name())) {
            throw new IOException("it belongs to " + subject + ", not to " + trustDomain);
        }
        RootAuthority root = new RootAuthority(key, certificate);
        if (passphrase.isPresent() && !KeyText.isEncrypted(keyText)) {
            write(folder.resolve(name + KEY), KeyText.write(key, passphrase));
        }
        return root;
    }

    void keep(RootAuthority root) throws IOException {
        String name = freeName();
        write(folder.resolve(name + KEY), KeyText.write(root.key(), passphrase));
        write(folder.resolve(name + CERTIFICATE), Pem.certificate(root.certificate()));
        known.put(name, root);
    }

    private String freeName() {
        int number = 1;
        while (known.containsKey(name(number))) {
            number++;
        }
        return name(number);
    }

    private static String name(int number) {
        return number == 1 ? "root" : "root-" + number;
    }

    void remove(RootAuthority root) throws IOException {
        for (String name : new ArrayList<>(known.keySet())) {
            if (root.equals(known.get(name))) {
                Files.deleteIfExists(folder.resolve(name + CERTIFICATE));
                Files.deleteIfExists(folder.resolve(name + KEY));
                known.remove(name);
            }
        }
    }

    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.US_ASCII.encode(text));
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
