package io.meltemi.agent.bootstrap;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// What carries a sidecar's requests: our own proxy or a real Envoy. Thread-safe.
///
/// Both are started from the same bootstrap and get everything else over xDS.
public interface DataPlane extends AutoCloseable {
    /// Completes when it serves what the control plane sent; exceptionally when it ends before.
    CompletableFuture<Void> ready();

    /// Whether it serves now.
    boolean isReady();

    /// Completes when it has ended, wanted or not.
    CompletableFuture<Void> ended();

    /// Takes no new connections and ends when the open ones have, or when the time is over.
    void drain(Duration limit);

    /// Ends at once: its listeners refuse connections when this returns.
    @Override
    void close();
}
