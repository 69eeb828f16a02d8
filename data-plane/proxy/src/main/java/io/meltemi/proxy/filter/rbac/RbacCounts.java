package io.meltemi.proxy.filter.rbac;

import io.meltemi.proxy.filter.FilterStats;

/// What is counted of decisions. Thread-safe. Envoy: under the filter's prefixes, also of a route's
/// rules.
record RbacCounts(Side enforced, Side shadow) {
    /// Of one kind of rules. Thread-safe.
    record Side(FilterStats.Count allowed, FilterStats.Count denied) {
        void note(boolean allows) {
            (allows ? allowed : denied).increment();
        }
    }

    static RbacCounts of(String prefix, String shadowPrefix, FilterStats stats) {
        return new RbacCounts(side(prefix, "", stats), side(shadowPrefix, "shadow_", stats));
    }

    private static Side side(String prefix, String kind, FilterStats stats) {
        String path = RbacRules.joined("rbac.", prefix) + kind;
        return new Side(stats.counter(path + "allowed"), stats.counter(path + "denied"));
    }
}
