package io.meltemi.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretResourcesTest {
    private final WorkloadSecrets secrets = new TestAuthority().server("localhost");

    @TempDir private Path folder = Path.of("");

    @Test
    void rootsOfTheMachineAreTheFirstFileThatExists() throws IOException {
        Path file = Files.writeString(folder.resolve("second.pem"), "authorities");

        assertThat(trusted(new MachineRoots(List.of(folder.resolve("first.pem"), file))))
                .isEqualTo("authorities");
    }

    @Test
    void rootsOfTheMachineAreTheJvmsWhereThereIsNoFile() throws CertificateException {
        String pem = trusted(new MachineRoots(List.of(folder.resolve("none.pem"))));

        assertThat(Pem.readCertificates(pem)).hasSizeGreaterThan(10);
    }

    @Test
    void rootsOfTheMeshAreOthers() {
        SecretResources resources =
                new SecretResources(secrets, new MachineRoots(List.of(folder.resolve("none.pem"))));

        assertThat(resources.find("ROOTCA").map(SecretResourcesTest::trusted))
                .contains(secrets.rootsPem());
        assertThat(resources.find("file-root:other")).isEmpty();
    }

    private String trusted(MachineRoots machine) {
        return new SecretResources(secrets, machine)
                .find("file-root:system")
                .map(SecretResourcesTest::trusted)
                .orElseThrow();
    }

    private static String trusted(Secret secret) {
        return secret.getValidationContext().getTrustedCa().getInlineBytes().toStringUtf8();
    }
}
