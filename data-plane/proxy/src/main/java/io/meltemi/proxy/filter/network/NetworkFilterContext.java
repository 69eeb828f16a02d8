package io.meltemi.proxy.filter.network;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.dns.DnsCacheSource;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.function.BooleanSupplier;

/// What network filters need of the process they run in. Thread-safe, as its parts are.
///
/// @param rootStats counters with whole names
/// @param tiedStats statistics that end with their owners
/// @param direction of the listener
/// @param node this proxy, as its bootstrap names it
/// @param dnsCaches addresses of names that connections bring
public record NetworkFilterContext(
        StatsStore stats,
        FilterStats rootStats,
        TiedStats tiedStats,
        TrafficDirection direction,
        Node node,
        Ticker ticker,
        RuntimeKeys runtime,
        DnsCacheSource dnsCaches) {
    /// Whether a filter is on, asked for each connection.
    public BooleanSupplier switchOf(boolean isSet, RuntimeFeatureFlag flag) {
        if (!isSet) {
            return () -> true;
        }
        boolean usual = flag.getDefaultValue().getValue();
        String key = flag.getRuntimeKey();
        return () -> runtime.flag(key, usual);
    }
}
