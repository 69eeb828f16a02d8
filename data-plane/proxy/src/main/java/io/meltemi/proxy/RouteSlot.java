package io.meltemi.proxy;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.decide.route.RouteTable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The routes RDS brought under one name, for all listeners that use it. Thread-safe: publishes an
/// immutable table.
final class RouteSlot implements Supplier<@Nullable RouteTable> {
    private volatile @Nullable RouteTable table;

    /// Confined to the configuration thread.
    @Nullable RouteConfiguration proto;

    /// Confined to the configuration thread.
    String version = "";

    /// Confined to the configuration thread.
    long updatedMillis;

    @Override
    public @Nullable RouteTable get() {
        return table;
    }

    void set(@Nullable RouteTable fresh) {
        table = fresh;
    }
}
