package io.meltemi.proxy.filter.network;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.observe.stats.StatsStore;

/// What network filters need of the process they run in. Thread-safe, as its parts are.
///
/// @param rootStats counters with whole names
public record NetworkFilterContext(StatsStore stats, FilterStats rootStats, Ticker ticker) {}
