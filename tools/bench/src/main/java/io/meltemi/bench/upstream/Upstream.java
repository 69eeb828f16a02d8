package io.meltemi.bench.upstream;

/// Where proxies send requests. Thread-safe.
public interface Upstream extends AutoCloseable {
    /// On loopback.
    int port();

    @Override
    void close();
}
