package io.meltemi.model.config;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How much the place of an instance counts (Istio: `LocalityLoadBalancerSetting`). Immutable.
///
/// Places are written as `region/zone/subzone`; what is left out, or `*`, is any.
///
/// @param enabled false: not at all
/// @param distribute shares of places, by where callers are; of several the first that fits
/// @param failover where traffic goes when a region has no healthy instance; empty: any region
/// @param failoverPriority labels, or `label=value`: instances that have the caller's values of
///   more of the first of them come first
public record LocalityLb(
        boolean enabled,
        List<Distribute> distribute,
        List<Failover> failover,
        List<String> failoverPriority) {
    public LocalityLb {
        distribute = List.copyOf(distribute);
        failover = List.copyOf(failover);
        failoverPriority = List.copyOf(failoverPriority);
    }

    /// @param from where callers are
    /// @param to percentages of 100 by place
    public record Distribute(String from, SortedMap<String, Integer> to) {
        public Distribute {
            to = Collections.unmodifiableSortedMap(new TreeMap<>(to));
        }
    }

    /// From and to are regions.
    public record Failover(String from, String to) {}
}
