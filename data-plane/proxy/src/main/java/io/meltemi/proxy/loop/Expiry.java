package io.meltemi.proxy.loop;

/// Is told that a [Timer] of its own ran out. Confined to its event loop.
@FunctionalInterface
public interface Expiry {
    /// @param timer the one that ran out; it may be armed again
    void expired(Timer timer);
}
