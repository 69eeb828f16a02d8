package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.observe.stats.TrafficStats;
import org.jspecify.annotations.Nullable;

/// Where the requests of a route are counted beside their cluster. Immutable.
///
/// @param ofRoute by the route's `stat_prefix`; null: it has none
public record RequestCounts(@Nullable TrafficStats ofRoute, VirtualClusters virtualClusters) {}
