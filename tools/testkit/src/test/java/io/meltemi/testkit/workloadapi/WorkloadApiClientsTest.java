package io.meltemi.testkit.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.testkit.grpc.GoProgram;
import io.spiffe.bundle.x509bundle.X509BundleSet;
import io.spiffe.exception.JwtSvidException;
import io.spiffe.spiffeid.TrustDomain;
import io.spiffe.workloadapi.DefaultWorkloadApiClient;
import io.spiffe.workloadapi.DefaultWorkloadApiClient.ClientOptions;
import io.spiffe.workloadapi.DefaultX509Source;
import io.spiffe.workloadapi.DefaultX509Source.X509SourceOptions;
import io.spiffe.workloadapi.WorkloadApiClient;
import io.spiffe.workloadapi.X509Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `java-spiffe` and `go-spiffe` as they are published, with nothing but the socket's name.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WorkloadApiClientsTest {
    private static final String ID = RotatingWorkload.ID.toString();

    private final RotatingWorkload workload;

    WorkloadApiClientsTest(@TempDir Path folder) throws IOException {
        workload = new RotatingWorkload(folder);
    }

    @AfterAll
    void close() {
        workload.close();
    }

    @Test
    void theSocketIsItsOwnersAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(workload.socket())))
                .isEqualTo("rw-------");
    }

    /// The library checks each chain: its shape, its one name, and that the key fits.
    @Test
    void javaSpiffeSeesEachCertificate() throws Exception {
        try (X509Source source =
                DefaultX509Source.newSource(
                        X509SourceOptions.builder()
                                .spiffeSocketPath(workload.endpoint())
                                .build())) {
            X509Certificate first = source.getX509Svid().getLeaf();
            assertThat(source.getX509Svid().getSpiffeId()).hasToString(ID);
            X509Certificate root =
                    source.getBundleForTrustDomain(TrustDomain.parse("cluster.local"))
                            .getX509Authorities()
                            .iterator()
                            .next();
            first.verify(root.getPublicKey());

            BigInteger serial = first.getSerialNumber();
            while (source.getX509Svid().getLeaf().getSerialNumber().equals(serial)) {
                Thread.sleep(20);
            }
        }
    }

    @Test
    void javaSpiffeIsToldTheBundlesAndThatThereAreNoJwtSvids() throws Exception {
        try (WorkloadApiClient client =
                DefaultWorkloadApiClient.newClient(
                        ClientOptions.builder().spiffeSocketPath(workload.endpoint()).build())) {
            X509BundleSet bundles = client.fetchX509Bundles();

            assertThat(bundles.getBundles()).containsOnlyKeys(TrustDomain.parse("cluster.local"));
            assertThatThrownBy(() -> client.fetchJwtSvid("somebody"))
                    .isInstanceOf(JwtSvidException.class)
                    .rootCause()
                    .hasMessageContaining("UNIMPLEMENTED")
                    .hasMessageContaining("signs X.509 certificates alone");
        }
    }

    @Test
    void goSpiffeSeesEachCertificate() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(GoProgram.in("spiffe-program").binary().toString());
        builder.environment().put("SPIFFE_ENDPOINT_SOCKET", workload.endpoint());
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        // Reading a pipe cannot be interrupted: a program that is silent ends the test this way.
        var _ =
                process.onExit()
                        .completeOnTimeout(process, 100, TimeUnit.SECONDS)
                        .thenAccept(Process::destroyForcibly);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("bundle cluster.local 1");
            assertThat(lines.readLine())
                    .startsWith("jwt rpc error: code = Unimplemented")
                    .contains("signs X.509 certificates alone");
            Set<String> serials = new HashSet<>();
            while (serials.size() < 2) {
                String[] words = lines.readLine().split(" ", -1);
                assertThat(words[0]).isEqualTo("svid");
                assertThat(words[1]).isEqualTo(ID);
                assertThat(words[3]).isEqualTo("1");
                serials.add(words[2]);
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
