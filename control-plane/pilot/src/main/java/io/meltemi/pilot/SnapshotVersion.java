package io.meltemi.pilot;

import java.util.OptionalLong;

/// Which state of the mesh a proxy's snapshot was made of. Immutable.
///
/// @param config of the configuration
/// @param services of the registry's services
public record SnapshotVersion(long config, long services) {
    /// The configuration's version in the text of such a version.
    ///
    /// @return nothing where it is no such text
    public static OptionalLong config(String text) {
        int end = text.indexOf("-s");
        if (!text.startsWith("c") || end < 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text, 1, end, 10));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /// As people and proxies see it, e.g. `c12-s3`.
    @Override
    public String toString() {
        return "c" + config + "-s" + services;
    }
}
