package io.meltemi.proxy;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.decide.route.RouteTable;
import io.meltemi.proxy.http.HostLookup;
import io.meltemi.proxy.http.RouteSource;
import io.meltemi.proxy.xds.Wish;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The routes RDS brought under one name, for all listeners that use it. Thread-safe: publishes an
/// immutable table.
final class RouteSlot implements RouteSource {
    private volatile @Nullable RouteTable table;

    /// Who is asked for virtual hosts that are not there yet; null while they come with the routes.
    private volatile @Nullable HostLookup lookup;

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

    /// Confined to the configuration thread: what follows the table when its first hosts are here.
    /// While a table without them would send to nobody, or to whoever takes all that is left, the
    /// one that had them stays.
    private @Nullable RouteTable coming;

    /// The table that hosts are put into. On the configuration thread.
    @Nullable RouteTable base() {
        return coming == null ? table : coming;
    }

    /// Puts a table in force. On the configuration thread.
    void put(RouteTable fresh) {
        coming = null;
        table = fresh;
    }

    /// Puts a table in force once its first hosts have come, or are waited for no longer. On the
    /// configuration thread.
    void putLater(RouteTable fresh) {
        coming = fresh;
    }

    /// Puts a table in the place of the newest: of the one that follows, where there is one.
    void replace(RouteTable fresh) {
        if (coming == null) {
            put(fresh);
        } else {
            putLater(fresh);
        }
    }

    /// Nobody waits for hosts any more. On the configuration thread.
    void goOn() {
        awaitsHosts = false;
        RouteTable next = coming;
        if (next != null) {
            put(next);
        }
    }

    /// What is in force, with all virtual hosts. On the configuration thread.
    @Nullable RouteConfiguration whole() {
        return proto == null || hosts == null
                ? proto
                : proto.toBuilder().addAllVirtualHosts(hosts.protos()).build();
    }

    /// A virtual host that came by itself is needed no longer. On the configuration thread.
    void drop(String resource) {
        RouteTable before = base();
        DiscoveredHosts from = hosts;
        if (from != null && before != null) {
            DiscoveredHosts.Change change =
                    from.prepare(Map.of(), List.of(resource), _ -> ConfigPlace.root(""));
            replace(before.with(from.make(change, before.hosts())));
        }
    }

    @Override
    public @Nullable HostLookup lookup() {
        return lookup;
    }

    void lookup(@Nullable HostLookup fresh) {
        lookup = fresh;
    }
}
