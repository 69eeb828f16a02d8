package io.meltemi.proxy;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.xds.Wish;
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

    /// Confined to the configuration thread: what its virtual hosts are asked for by (VHDS), if
    /// they come by themselves, and for how long in nanoseconds; and those that came.
    Wish.@Nullable Key hostsKey;

    long hostsFetchNanos;
    @Nullable DiscoveredHosts hosts;

    /// Confined to the configuration thread: whether listeners wait for the first of them.
    boolean awaitsHosts;

    @Override
    public @Nullable RouteTable get() {
        return table;
    }

    /// What is in force, with all virtual hosts. On the configuration thread.
    @Nullable RouteConfiguration whole() {
        return proto == null || hosts == null
                ? proto
                : proto.toBuilder().addAllVirtualHosts(hosts.protos()).build();
    }

    void set(@Nullable RouteTable fresh) {
        table = fresh;
    }
}
