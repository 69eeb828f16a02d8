package io.meltemi.proxy.http;

import io.netty.channel.EventLoop;

/// Asks the control plane for virtual hosts that requests need. Thread-safe.
public interface HostLookup {
    /// Asks for the virtual host of an `:authority`.
    ///
    /// @param answered called on the loop when there is an answer, whichever, or none came in time
    /// @return false when there is nothing to wait for: it is not called then
    boolean ask(String authority, EventLoop loop, Runnable answered);

    /// A request goes to the virtual host of this name, which need not have been asked for.
    void use(String virtualHost);
}
