package io.meltemi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finds a real Envoy to put in our proxy's place.
final class Envoy {
    private static final String VERSION = "1.40.0";

    private Envoy() {}

    /// The program named by `MELTEMI_ENVOY`, or the one in the user's cache.
    ///
    /// @throws IOException saying how to get one
    static Path locate(Home home) throws IOException {
        String named = System.getenv("MELTEMI_ENVOY");
        Path envoy =
                named == null
                        ? home.userHome().resolve(".cache/meltemi/envoy/" + VERSION + "/envoy")
                        : Path.of(named);
        if (!Files.isExecutable(envoy)) {
            throw new IOException(
                    envoy
                            + " is not there: ./verify fetches Envoy "
                            + VERSION
                            + " into the cache, or set MELTEMI_ENVOY to a program of yours");
        }
        return envoy;
    }
}
