package io.meltemi.proxy.filter;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.dns.DnsCacheSource;
import io.meltemi.proxy.filter.ratelimit.RateLimitServices;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// What filters need of the process they run in. Thread-safe, as its parts are.
///
/// @param stats counters below `http.STAT_PREFIX.`
/// @param rootStats counters with whole names
/// @param tiedStats statistics that end with their owners
/// @param direction of the listener
/// @param epochSeconds the time of day
/// @param random 64 random bits
/// @param node this proxy, as its bootstrap names it
/// @param healthCheckFailed whether an operator told this proxy to fail health checks
/// @param rateLimitServices finds the service a configuration names
/// @param runtime values by key that may change at any time
/// @param dnsCaches addresses of names that requests bring
/// @param clusters where clusters that requests need can be asked for
public record FilterContext(
        FilterStats stats,
        FilterStats rootStats,
        TiedStats tiedStats,
        TrafficDirection direction,
        Ticker ticker,
        LongSupplier epochSeconds,
        LongSupplier random,
        Node node,
        BooleanSupplier healthCheckFailed,
        RateLimitServices rateLimitServices,
        RuntimeKeys runtime,
        DnsCacheSource dnsCaches,
        ClusterLookups clusters) {}
