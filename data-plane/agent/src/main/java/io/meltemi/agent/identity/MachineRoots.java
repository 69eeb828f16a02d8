package io.meltemi.agent.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Whose certificates the machine believes. Immutable; what is in the files is read each time.
///
/// @param files of which the first that exists counts
record MachineRoots(List<Path> files) {
    /// Where Debian, Fedora, SUSE, CentOS and Alpine keep them.
    static final MachineRoots USUAL =
            new MachineRoots(
                    Stream.of(
                                    "/etc/ssl/certs/ca-certificates.crt",
                                    "/etc/pki/tls/certs/ca-bundle.crt",
                                    "/etc/ssl/ca-bundle.pem",
                                    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                    "/etc/ssl/cert.pem")
                            .map(Path::of)
                            .toList());

    MachineRoots {
        files = List.copyOf(files);
    }

    /// As PEM. Where no file can be read, those that came with this JVM.
    String pem() {
        for (Path file : files) {
            try {
                return Files.readString(file, StandardCharsets.US_ASCII);
            } catch (IOException _) {
                // The next one.
            }
        }
        return ofJvm();
    }

    private static String ofJvm() {
        try {
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            @Nullable KeyStore own = null;
            factory.init(own);
            List<X509Certificate> roots =
                    Stream.of(factory.getTrustManagers())
                            .filter(X509TrustManager.class::isInstance)
                            .map(X509TrustManager.class::cast)
                            .flatMap(manager -> Stream.of(manager.getAcceptedIssuers()))
                            .toList();
            return Pem.certificates(roots);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no trust store of its own", e);
        }
    }
}
