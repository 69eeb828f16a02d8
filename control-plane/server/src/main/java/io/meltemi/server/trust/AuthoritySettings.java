package io.meltemi.server.trust;

import io.meltemi.citadel.ca.RootSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Whose signature makes a certificate one of the mesh's. Immutable.
///
/// @param pluggedIn folder with an authority in Istio's four files; roots of the mesh's own without
/// @param passphrase file whose first line encrypts the mesh's own root keys on disk, or opens the
///   plugged-in one
/// @param certificateLifetime of workloads, at most
/// @param rootOverlap how long a new root is believed before it signs, and the old one after that;
///   no shorter than what was signed or handed out lives
public record AuthoritySettings(
        Optional<Path> pluggedIn,
        Optional<Path> passphrase,
        Duration certificateLifetime,
        Duration rootOverlap) {
    private static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(2);

    public AuthoritySettings {
        if (certificateLifetime.compareTo(SHORTEST_LIFETIME) < 0) {
            throw new IllegalArgumentException(
                    "certificates must live for 2 s at least, not "
                            + certificateLifetime.toMillis()
                            + " ms");
        }
        if (rootOverlap.compareTo(certificateLifetime) < 0) {
            throw new IllegalArgumentException(
                    "roots must overlap for the life of a certificate ("
                            + certificateLifetime
                            + ") at least, not "
                            + rootOverlap);
        }
    }

    /// Roots of the mesh's own; join tokens are older than the root they came with for their whole
    /// life.
    public static AuthoritySettings ofOwnRoots(Duration certificateLifetime) {
        Duration tokens = Trust.TOKEN_LIFETIME;
        return new AuthoritySettings(
                Optional.empty(),
                Optional.empty(),
                certificateLifetime,
                certificateLifetime.compareTo(tokens) < 0 ? tokens : certificateLifetime);
    }

    RootSchedule schedule() {
        return RootSchedule.of(rootOverlap);
    }
}
