package io.meltemi.testkit.envoy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Finds the Envoy that tests compare with: the one of the environment, else the one in the user's
/// cache, else one that it fetches into that cache. Thread-safe: without state.
public final class EnvoyBinary {
    /// The Envoy whose behaviour ours is held against.
    public static final String VERSION = "1.40.0";

    /// Names a binary to take as it is.
    private static final String GIVEN = "MELTEMI_ENVOY";

    private EnvoyBinary() {}

    /// The binary, or the end of the calling test: skipped with the reason, and failed where tests
    /// run unattended (`CI` is set), because there a missing Envoy would go unnoticed.
    public static Path require() {
        try {
            return find(System.getenv());
        } catch (IOException e) {
            String reason = "no Envoy " + VERSION + " to compare with: " + e.getMessage();
            if (System.getenv("CI") != null) {
                return Assertions.fail(reason, e);
            }
            return Assumptions.abort("skipped: " + reason);
        }
    }

    /// The binary.
    ///
    /// @throws IOException that says why there is none and how to give one
    public static Path find(Map<String, String> environment) throws IOException {
        String given = environment.get(GIVEN);
        if (given != null) {
            Path binary = Path.of(given);
            if (!Files.isExecutable(binary)) {
                throw new IOException(GIVEN + "=" + given + " is not an executable file");
            }
            return binary;
        }
        String home = environment.get("HOME");
        if (home == null) {
            throw new IOException("neither " + GIVEN + " nor HOME is set");
        }
        Path cache = Path.of(home, ".cache", "meltemi", "envoy", VERSION);
        return new EnvoyDownload(cache).binary();
    }
}
