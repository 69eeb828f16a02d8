package io.meltemi.proxy.loop;

import org.jspecify.annotations.Nullable;

/// Owns timers that may become shorter while they run. Confined to its event loop.
public interface Scalable extends Expiry {
    /// Null for a timer that keeps its time.
    TimeoutScale.@Nullable Kind kind(Timer timer);

    /// How long such a timer takes when nothing is short, in nanoseconds.
    long configuredNanos(Timer timer);
}
