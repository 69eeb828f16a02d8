package io.meltemi.proxy.observe;

/// Where finished exchanges and connections are reported to. Thread-safe: called on every event
/// loop, each with records of its own.
public interface ExchangeLog extends AutoCloseable {
    /// Keeps nothing of the record. `HOT`.
    void write(ExchangeRecord record);

    /// Gives back what is held.
    @Override
    void close();
}
