package io.meltemi.agent.identity;

import java.io.IOException;

/// Who lets workloads in: the control plane's owner-only socket on a laptop. Thread-safe.
@FunctionalInterface
public interface JoinSource {
    /// Asks for the right to be one workload. Blocks.
    JoinGrant grant(String namespace, String serviceAccount) throws IOException;
}
