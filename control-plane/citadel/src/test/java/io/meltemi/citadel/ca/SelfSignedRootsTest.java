package io.meltemi.citadel.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meltemi.base.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SelfSignedRootsTest {
    private static final Duration OVERLAP = Duration.ofHours(24);

    @TempDir Path folder;
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T00:00:00Z"));

    private SelfSignedRoots open() throws IOException {
        return open(TrustDomain.CLUSTER_LOCAL, Optional.empty());
    }

    private SelfSignedRoots open(TrustDomain domain, Optional<Passphrase> passphrase)
            throws IOException {
        return SelfSignedRoots.open(
                new RootFolder(folder.resolve("ca"), passphrase),
                domain,
                RootSchedule.of(OVERLAP),
                clock);
    }

    private Optional<Passphrase> passphrase(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("passphrase"), text + "\n");
        return Optional.of(Passphrase.read(file));
    }

    @Test
    void theRootSurvivesARestart() throws Exception {
        assertThat(open().trust().pem()).isEqualTo(open().trust().pem());
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

        assertThat(open().trust().pem()).isEqualTo(open().trust().pem());
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

        assertThatThrownBy(() -> open(new TrustDomain("other.example"), Optional.empty()))
                .hasMessageContaining("other.example");
    }

    @Test
    void anExpiredRootIsRefused() throws Exception {
        open();
        clock.advance(Duration.ofDays(4000));

        assertThatThrownBy(this::open).hasMessageContaining("cannot be used");
    }

    @Test
    void withAPassphraseNoKeyLiesOpen() throws Exception {
        String open = open().trust().pem();
        assertThat(key()).contains("BEGIN PRIVATE KEY");

        String sealed = open(TrustDomain.CLUSTER_LOCAL, passphrase("correct horse")).trust().pem();

        assertThat(sealed).isEqualTo(open);
        assertThat(key()).contains("BEGIN ENCRYPTED PRIVATE KEY").doesNotContain("BEGIN PRIVATE");
        assertThat(mode("ca/root-key.pem")).isEqualTo("rw-------");
        assertThat(open(TrustDomain.CLUSTER_LOCAL, passphrase("correct horse")).trust().pem())
                .isEqualTo(open);
        assertThatThrownBy(() -> open(TrustDomain.CLUSTER_LOCAL, passphrase("battery staple")))
                .hasMessageContaining("the passphrase does not open it");
        assertThatThrownBy(this::open).hasMessageContaining("no passphrase was given");
    }

    @Test
    void aShortPassphraseIsRefused() {
        assertThatThrownBy(() -> passphrase("short")).hasMessageContaining("8 to 1024 characters");
    }

    @Test
    void aNewRootIsBelievedFirstSignsLaterAndIsAloneInTheEnd() throws Exception {
        SelfSignedRoots roots = open();
        var old = roots.issuing().certificate();

        assertThat(roots.rotate()).contains("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");

        assertThat(roots.issuing().certificate()).isEqualTo(old);
        assertThat(roots.trust().roots()).hasSize(2).contains(old);

        clock.advance(OVERLAP);
        roots.refresh();
        assertThat(roots.issuing().certificate()).isNotEqualTo(old);
        assertThat(roots.trust().roots()).hasSize(2).contains(old);

        clock.advance(OVERLAP);
        roots.refresh();
        assertThat(roots.trust().roots()).containsExactly(roots.issuing().certificate());
        try (var files = Files.list(folder.resolve("ca"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("root-2-key.pem", "root-2-cert.pem");
        }
    }

    @Test
    void aRestartInTheMiddleChangesNothing() throws Exception {
        SelfSignedRoots before = open();
        before.rotate();
        clock.advance(OVERLAP.minusSeconds(10));

        SelfSignedRoots after = open();

        assertThat(after.issuing().certificate()).isEqualTo(before.issuing().certificate());
        assertThat(after.trust()).isEqualTo(before.trust());
        clock.advance(Duration.ofSeconds(10));
        assertThat(open().issuing().certificate()).isEqualTo(before.trust().roots().getLast());
    }

    @Test
    void oneRotationAtATime() throws Exception {
        SelfSignedRoots roots = open();
        roots.rotate();
        clock.advance(OVERLAP);

        assertThatThrownBy(roots::rotate)
                .isInstanceOf(RefusedRequestException.class)
                .hasMessageContaining("alone from 2026-03-03T00:00:00Z");
    }

    @Test
    void theNextRootIsMadeWhenAFifthOfTheLifeIsLeft() throws Exception {
        SelfSignedRoots roots = open();
        clock.advance(Duration.ofDays(2919));
        roots.refresh();
        assertThat(roots.trust().roots()).hasSize(1);

        clock.advance(Duration.ofDays(2));
        roots.refresh();
        assertThat(roots.trust().roots()).hasSize(2);
        roots.refresh();
        assertThat(roots.trust().roots()).hasSize(2);
    }

    private String key() throws IOException {
        return Files.readString(folder.resolve("ca/root-key.pem"));
    }

    private String mode(String file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
    }
}
