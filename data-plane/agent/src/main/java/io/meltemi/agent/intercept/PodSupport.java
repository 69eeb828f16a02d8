package io.meltemi.agent.intercept;

import java.time.Duration;

/// Whether this machine can make pods. Immutable.
public sealed interface PodSupport {
    /// It just did.
    record Possible(Duration took) implements PodSupport {}

    /// It cannot.
    ///
    /// @param step what was tried last
    /// @param reason the machine's own words
    /// @param remedy the setting that forbids it, or what to install
    record Impossible(String step, String reason, String remedy) implements PodSupport {
        @Override
        public String toString() {
            return step + ": " + reason + " (" + remedy + ")";
        }
    }
}
