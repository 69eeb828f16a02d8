package io.meltemi.citadel.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.base.identity.TrustDomain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootStoreTest {
    @TempDir Path folder;

    private RootAuthority open() throws Exception {
        return new RootStore(folder.resolve("ca"), Clock.systemUTC())
                .openOrCreate(TrustDomain.CLUSTER_LOCAL);
    }

    @Test
    void theRootSurvivesARestart() throws Exception {
        assertThat(open().certificatePem()).isEqualTo(open().certificatePem());
    }

    @Test
    void keyAndFolderAreTheOwnersOnly() throws Exception {
        open();

        assertThat(mode("ca/root-key.pem")).isEqualTo("rw-------");
        assertThat(mode("ca")).isEqualTo("rwx------");
    }

    @Test
    void aCrashBetweenKeyAndCertificateLeavesNoDeadEnd() throws Exception {
        open();
        Files.delete(folder.resolve("ca/root-cert.pem"));

        assertThat(open().certificatePem()).isEqualTo(open().certificatePem());
    }

    @Test
    void aLostKeyIsNotReplacedInSilence() throws Exception {
        open();
        Files.delete(folder.resolve("ca/root-key.pem"));

        assertThatThrownBy(this::open).hasMessageContaining("restore the key");
    }

    @Test
    void anotherTrustDomainsRootIsRefused() throws Exception {
        open();

        assertThatThrownBy(() ->
                        new RootStore(folder.resolve("ca"), Clock.systemUTC())
                                .openOrCreate(new TrustDomain("other.example")))
                .hasMessageContaining("other.example");
    }

    @Test
    void anExpiredRootIsRefused() throws Exception {
        open();
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(4000));

        assertThatThrownBy(() ->
                        new RootStore(folder.resolve("ca"), later)
                                .openOrCreate(TrustDomain.CLUSTER_LOCAL))
                .hasMessageContaining("cannot be used");
    }

    private String mode(String file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
    }
}
