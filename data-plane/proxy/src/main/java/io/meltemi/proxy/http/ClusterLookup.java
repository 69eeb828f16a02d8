package io.meltemi.proxy.http;

import io.netty.channel.EventLoop;

/// Asks a control plane for clusters that requests need. Thread-safe.
public interface ClusterLookup {
    /// Asks for a cluster.
    ///
    /// @param mostNanos how long to wait
    /// @param answered called on the loop when there is an answer, whichever, or none came in time
    /// @return false when there is nothing to wait for: it is not called then
    boolean ask(String cluster, long mostNanos, EventLoop loop, Runnable answered);

    /// A request goes to the cluster of this name, which need not have been asked for.
    void use(String cluster);
}
