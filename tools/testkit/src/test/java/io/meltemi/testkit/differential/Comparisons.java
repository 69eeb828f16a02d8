package io.meltemi.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

/// Holds our proxy to Envoy. Thread-safe: stateless.
public final class Comparisons {
    private Comparisons() {}

    /// Fails where the two differ, but for what is known to, and where what is known does not.
    ///
    /// @param known where a difference is meant to be
    /// @param how ours ran, for the message
    public static void assertSame(
            Set<String> known, List<String> envoy, List<String> ours, String how) {
        Comparison comparison = Comparison.of(known, envoy, ours);
        assertThat(comparison.differences()).as("- Envoy, + ours%s", how).isEmpty();
        assertThat(comparison.outdated()).as("known differences that are gone").isEmpty();
    }
}
