package io.meltemi.agent.grpc;

import io.meltemi.agent.identity.WorkloadSecrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A workload's certificate in files, for gRPC's certificate provider `file_watcher`. Immutable.
///
/// Istio's names. Who reads in the middle of a change finds a key that does not fit, keeps what it
/// has, and reads again.
record CertificateFiles(Path key, Path chain, Path roots) {
    private static final String OWNER_ONLY = "rw-------";

    static CertificateFiles in(Path folder) {
        return new CertificateFiles(
                folder.resolve("key.pem"),
                folder.resolve("cert-chain.pem"),
                folder.resolve("root-cert.pem"));
    }

    /// @throws IOException that says which file cannot be written
    void write(WorkloadSecrets secrets) throws IOException {
        write(key, secrets.keyPem());
        write(chain, secrets.chainPem());
        write(roots, secrets.rootsPem());
    }

    /// Whole or not at all, and never readable by others.
    static void write(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(
                        Set.copyOf(PosixFilePermissions.fromString(OWNER_ONLY))));
        Files.writeString(next, text, StandardCharsets.UTF_8);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
