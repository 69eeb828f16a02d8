package io.meltemi.proxy.filter;

/// Where filters count. Thread-safe.
@FunctionalInterface
public interface FilterStats {
    /// Counts nothing.
    FilterStats NONE = _ -> _ -> {};

    /// A counter below the connection manager's prefix: `rbac.allowed`. Asked for when
    /// configuration is compiled, never per request.
    Count counter(String name);

    /// One counter.
    @FunctionalInterface
    interface Count {
        void add(long amount);

        default void increment() {
            add(1);
        }
    }
}
