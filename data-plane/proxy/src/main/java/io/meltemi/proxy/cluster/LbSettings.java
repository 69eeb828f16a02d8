package io.meltemi.proxy.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the load of a cluster is balanced, compiled. Immutable.
///
/// @param panicThreshold share of healthy endpoints, 0 to 100, below which all are used; 0: never
/// @param failTrafficOnPanic whether nobody is used instead of all
/// @param localityWeighted whether localities share the load by their weights
/// @param zoneAware how the proxy's own zone is preferred; null: it is not
/// @param subsets how endpoints are divided by their metadata; null: they are not
/// @param overrideHealth which endpoints a request may name by itself
public record LbSettings(
        LbPolicy policy,
        double panicThreshold,
        boolean failTrafficOnPanic,
        boolean localityWeighted,
        @Nullable ZoneAware zoneAware,
        @Nullable Subsets subsets,
        Set<Health> overrideHealth) {
    /// Envoy: half of the endpoints.
    public static final double DEFAULT_PANIC_THRESHOLD = 50;

    public LbSettings {
        overrideHealth = Set.copyOf(overrideHealth);
    }

    /// The usual for a policy.
    public static LbSettings of(LbPolicy policy) {
        return new LbSettings(
                policy,
                DEFAULT_PANIC_THRESHOLD,
                false,
                false,
                null,
                null,
                Set.of(Health.HEALTHY, Health.DEGRADED));
    }

    /// Envoy's `zone_aware_lb_config`. Immutable.
    ///
    /// @param own where this proxy is
    /// @param routingEnabled percent of requests
    /// @param minClusterSize with fewer healthy endpoints zones play no role
    public record ZoneAware(Endpoint.Locality own, double routingEnabled, long minClusterSize) {}

    /// Envoy's `lb_subset_config`. Immutable.
    ///
    /// @param defaultSubset what the endpoints of the default subset have in their metadata
    /// @param localityWeightAware whether weights of localities count within a subset
    /// @param scaleLocalityWeight whether they shrink with a locality's share of the subset
    /// @param panicModeAny whether any endpoint is used when the fallback has none
    /// @param listAsAny whether a list in metadata stands for each of its values
    /// @param fallbackList whether a request may name other values to try, one after the other
    public record Subsets(
            Fallback fallback,
            Map<String, Object> defaultSubset,
            List<Selector> selectors,
            boolean localityWeightAware,
            boolean scaleLocalityWeight,
            boolean panicModeAny,
            boolean listAsAny,
            boolean fallbackList) {
        public Subsets {
            selectors = List.copyOf(selectors);
        }
    }

    /// One set of keys that endpoints are divided by. Immutable.
    ///
    /// @param fallback for requests with exactly these keys; null: the cluster's
    /// @param fallbackKeys with KEYS_SUBSET the keys that count then
    /// @param singleHost whether a part is one endpoint, whatever its priority and health
    public record Selector(
            Set<String> keys,
            @Nullable Fallback fallback,
            Set<String> fallbackKeys,
            boolean singleHost) {
        public Selector {
            keys = Set.copyOf(keys);
            fallbackKeys = Set.copyOf(fallbackKeys);
        }
    }

    /// Who is chosen when no endpoint has what a request wants.
    public enum Fallback {
        NONE,
        ANY_ENDPOINT,
        DEFAULT_SUBSET,
        KEYS_SUBSET
    }
}
