package io.meltemi.base.time;

/// Where the mesh reads elapsed time from. Thread-safe.
///
/// Only differences of two readings mean anything, as with [System#nanoTime()].
@FunctionalInterface
public interface Ticker {
    /// The clock of this machine.
    Ticker SYSTEM = System::nanoTime;

    /// Nanoseconds since an arbitrary start.
    long nanos();
}
