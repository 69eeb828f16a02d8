package io.meltemi.agent.identity;

import java.io.IOException;
import java.time.Duration;

/// Who signs a workload's certificate; an authority across the network, or one in a test.
/// Thread-safe.
@FunctionalInterface
public interface CertificateSource {
    /// Has a new key signed. Blocks.
    ///
    /// @throws IOException when the authority cannot be reached, refuses, or answers nonsense
    WorkloadSecrets obtain(Duration lifetime) throws IOException;
}
