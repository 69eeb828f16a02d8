package io.meltemi.citadel.ca;

import io.meltemi.base.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.util.Set;

/// Keeps the mesh's root key in a folder, so that a restarted control plane is still trusted.
/// Confined to start-up.
///
/// Files: `root-key.pem` and `root-cert.pem`, readable by their owner only.
public final class RootStore {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path folder;
    private final Clock clock;

    public RootStore(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// The root in the folder; makes one when there is none.
    ///
    /// @throws IOException when the folder cannot be used, or holds half a root, a foreign one or
    ///   an expired one; nothing is replaced then
    public RootAuthority openOrCreate(TrustDomain trustDomain) throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path keyFile = folder.resolve("root-key.pem");
        Path certificateFile = folder.resolve("root-cert.pem");
        boolean hasKey = Files.exists(keyFile);
        boolean hasCertificate = Files.exists(certificateFile);
        // The key is written first: a key alone is the trace of a crash, and nobody trusts it yet.
        if (hasCertificate) {
            if (!hasKey) {
                throw new IOException(
                        certificateFile
                                + " has no root-key.pem beside it: restore the key, or remove the"
                                + " folder to start a new trust root");
            }
            return open(keyFile, certificateFile, trustDomain);
        }
        RootAuthority root = SelfSignedRoot.create(trustDomain, clock);
        write(keyFile, Pem.privateKey(root.key()));
        write(certificateFile, Pem.certificate(root.certificate()));
        return root;
    }

    private RootAuthority open(Path keyFile, Path certificateFile, TrustDomain trustDomain)
            throws IOException {
        try {
            var key = Pem.readPrivateKey(Files.readString(keyFile));
            var certificate = Pem.readCertificate(Files.readString(certificateFile));
            certificate.checkValidity(java.util.Date.from(clock.instant()));
            requirePair(key, certificate.getPublicKey());
            String subject = certificate.getSubjectX500Principal().getName();
            if (!subject.contains("O=" + trustDomain.name())) {
                throw new IOException("it belongs to " + subject + ", not to " + trustDomain);
            }
            return new RootAuthority(key, certificate);
        } catch (IOException | java.security.GeneralSecurityException e) {
            throw new IOException("root in " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static void requirePair(java.security.PrivateKey key, PublicKey publicKey)
            throws IOException, java.security.GeneralSecurityException {
        byte[] probe = {1, 2, 3};
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        signer.initVerify(publicKey);
        signer.update(probe);
        if (!signer.verify(signature)) {
            throw new IOException("root-key.pem does not belong to root-cert.pem");
        }
    }

    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (var channel = java.nio.channels.FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.write(java.nio.charset.StandardCharsets.US_ASCII.encode(text));
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
