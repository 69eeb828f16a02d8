package io.meltemi.proxy.config;

import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ScopedRoutes;
import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.config.route.FilterConfigs;
import io.meltemi.proxy.dns.DnsCacheSource;
import io.meltemi.proxy.filter.ClusterLookups;
import io.meltemi.proxy.filter.ExtensionSlot;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.HttpFilters;
import io.meltemi.proxy.filter.ratelimit.RateLimitServices;
import io.meltemi.proxy.http.RouteSource;
import io.meltemi.proxy.observe.accesslog.AccessLogCompiler;
import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.meltemi.proxy.observe.tracing.TracingCompiler;
import io.meltemi.proxy.runtime.RuntimeKeys;
import io.meltemi.proxy.tls.TlsContexts;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What compiling needs beside the configuration itself. Thread-safe.
///
/// @param routeStats where what ends with its owner counts: routes and virtual clusters among it
/// @param dnsCaches addresses of names that requests bring
/// @param routes the slot of a route configuration that RDS brings
/// @param scopes those that SRDS brings for a connection manager with this `stat_prefix`
/// @param clusters where clusters that requests need can be asked for
/// @param extensions the slot of a filter's configuration that ECDS brings, by source and name
/// @param runtime values by key that may change at any time
/// @param isCluster whether there is a cluster of this name, or will be with the bootstrap
/// @param http1Clusters names of the bootstrap's clusters that speak HTTP/1 with their hosts
/// @param node this proxy, as its bootstrap names it
public record CompileContext(
        StatsStore stats,
        TiedStats routeStats,
        TlsContexts tls,
        AccessLogCompiler accessLogs,
        TracingCompiler tracing,
        RateLimitServices rateLimits,
        Ticker ticker,
        Node node,
        BooleanSupplier healthCheckFailed,
        RuntimeKeys runtime,
        Predicate<String> isCluster,
        Set<String> http1Clusters,
        Function<Rds, RouteSource> routes,
        BiFunction<ScopedRoutes, String, Function<List<String>, @Nullable RouteSource>> scopes,
        DnsCacheSource dnsCaches,
        BiFunction<ConfigSource, String, ExtensionSlot> extensions,
        ClusterLookups clusters) {
    /// Compiles what routes say to filters.
    public FilterConfigs filterConfigs() {
        return new HttpFilters(filters("route", TrafficDirection.UNSPECIFIED), routeStats);
    }

    FilterContext filters(String statPrefix, TrafficDirection direction) {
        StatsScope scope = stats.scope("http." + statPrefix + '.');
        StatsScope root = stats.scope("");
        return new FilterContext(
                counting(scope),
                counting(root),
                routeStats,
                direction,
                ticker,
                () -> System.currentTimeMillis() / 1000,
                () -> ThreadLocalRandom.current().nextLong(),
                node,
                healthCheckFailed,
                rateLimits,
                runtime,
                dnsCaches,
                clusters);
    }

    static FilterStats counting(StatsScope scope) {
        return name -> {
            Counter counter = scope.counter(name);
            return counter::add;
        };
    }

    /// Counters with whole names.
    public FilterStats rootStats() {
        return counting(stats.scope(""));
    }
}
