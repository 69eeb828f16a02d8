package io.meltemi.proxy.cluster;

import io.meltemi.proxy.observe.stats.Counter;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;

/// What a cluster's balancer counts, under Envoy's names. Thread-safe.
public final class BalancerStats {
    public final Counter healthyPanic;
    public final Counter localClusterNotOk;
    public final Counter recalculatedZones;
    public final Counter zoneClusterTooSmall;
    public final Counter zoneNoCapacityLeft;
    public final Counter zoneRoutedDirectly;
    public final Counter zoneRoutedSampled;
    public final Counter zoneRoutedAcross;
    public final Gauge subsetsActive;
    public final Counter subsetsCreated;
    public final Counter subsetsRemoved;
    public final Counter subsetsSelected;
    public final Counter subsetsFallback;
    public final Counter subsetsFallbackPanic;
    public final Gauge subsetsDuplicates;

    BalancerStats(StatsScope scope) {
        healthyPanic = scope.counter("lb_healthy_panic");
        localClusterNotOk = scope.counter("lb_local_cluster_not_ok");
        recalculatedZones = scope.counter("lb_recalculate_zone_structures");
        zoneClusterTooSmall = scope.counter("lb_zone_cluster_too_small");
        zoneNoCapacityLeft = scope.counter("lb_zone_no_capacity_left");
        zoneRoutedDirectly = scope.counter("lb_zone_routing_all_directly");
        zoneRoutedSampled = scope.counter("lb_zone_routing_sampled");
        zoneRoutedAcross = scope.counter("lb_zone_routing_cross_zone");
        subsetsActive = scope.gauge("lb_subsets_active");
        subsetsCreated = scope.counter("lb_subsets_created");
        subsetsRemoved = scope.counter("lb_subsets_removed");
        subsetsSelected = scope.counter("lb_subsets_selected");
        subsetsFallback = scope.counter("lb_subsets_fallback");
        subsetsFallbackPanic = scope.counter("lb_subsets_fallback_panic");
        subsetsDuplicates = scope.gauge("lb_subsets_single_host_per_subset_duplicate");
    }
}
