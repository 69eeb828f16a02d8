package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import io.meltemi.proxy.cluster.LbSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Divides endpoints by their metadata, with a balancer for each part. Confined to its event loop.
///
/// Envoy: a request with metadata gets an endpoint of the part that has exactly these values, if
/// its keys are those of a selector. Otherwise a fallback decides: the selector's, or the
/// cluster's.
final class SubsetBalancer implements Balancer {
    private static final String FALLBACK_LIST = "fallback_list";

    private final LbSettings.Subsets settings;
    private final ClusterStats stats;
    private final Map<Map<String, Object>, Balancer> parts = new LinkedHashMap<>();
    private final Map<Set<String>, LbSettings.Selector> selectors = new HashMap<>();
    private final @Nullable Balancer any;
    private final @Nullable Balancer byDefault;
    private final @Nullable Balancer fallback;
    private int duplicates;

    /// @param balancers makes the balancer of a part
    SubsetBalancer(
            EndpointSet endpoints,
            LbSettings.Subsets settings,
            ClusterStats stats,
            Function<EndpointSet, Balancer> balancers) {
        this.settings = settings;
        this.stats = stats;
        for (LbSettings.Selector selector : settings.selectors()) {
            selectors.putIfAbsent(selector.keys(), selector);
            for (Map<String, Object> values : values(endpoints.all(), selector)) {
                parts.computeIfAbsent(
                        values,
                        v ->
                                selector.singleHost()
                                        ? single(endpoints.all(), v)
                                        : balancers.apply(part(endpoints, v)));
            }
        }
        this.any =
                uses(LbSettings.Fallback.ANY_ENDPOINT) || settings.panicModeAny()
                        ? balancers.apply(endpoints)
                        : null;
        this.byDefault =
                uses(LbSettings.Fallback.DEFAULT_SUBSET)
                        ? balancers.apply(part(endpoints, settings.defaultSubset()))
                        : null;
        this.fallback = of(settings.fallback());
    }

    /// Envoy: the first of those that fit, whatever its priority and health; no other is used.
    private Balancer single(List<Endpoint> all, Map<String, Object> values) {
        List<Endpoint> fitting = all.stream().filter(each -> fits(each, values)).toList();
        duplicates += fitting.size() - 1;
        return new SingleEndpoint(fitting.getFirst());
    }

    /// How many endpoints never get a request because another one stands for their part.
    int duplicates() {
        return duplicates;
    }

    int size() {
        return parts.size();
    }

    private boolean uses(LbSettings.Fallback wanted) {
        return settings.fallback() == wanted
                || settings.selectors().stream().anyMatch(s -> s.fallback() == wanted);
    }

    private @Nullable Balancer of(LbSettings.Fallback policy) {
        return switch (policy) {
            case ANY_ENDPOINT -> any;
            case DEFAULT_SUBSET -> byDefault;
            case NONE, KEYS_SUBSET -> null;
        };
    }

    /// What endpoints have under the selector's keys, each combination once.
    private Set<Map<String, Object>> values(List<Endpoint> all, LbSettings.Selector selector) {
        Set<Map<String, Object>> found = new java.util.LinkedHashSet<>();
        for (Endpoint endpoint : all) {
            Map<String, Object> has = endpoint.balancingMetadata();
            if (has.keySet().containsAll(selector.keys())) {
                List<Map<String, Object>> combined = List.of(Map.of());
                for (String key : selector.keys()) {
                    combined = with(combined, key, has.getOrDefault(key, ""));
                }
                found.addAll(combined);
            }
        }
        return found;
    }

    private List<Map<String, Object>> with(
            List<Map<String, Object>> combined, String key, Object value) {
        List<?> each =
                settings.listAsAny() && value instanceof List<?> many ? many : List.of(value);
        List<Map<String, Object>> more = new ArrayList<>();
        for (Map<String, Object> one : combined) {
            for (Object single : each) {
                Map<String, Object> extended = new HashMap<>(one);
                extended.put(key, single);
                more.add(extended);
            }
        }
        return more;
    }

    private EndpointSet part(EndpointSet whole, Map<String, Object> values) {
        List<EndpointSet.Level> levels = new ArrayList<>();
        for (EndpointSet.Level level : whole.levels()) {
            List<EndpointSet.LocalityEndpoints> localities = new ArrayList<>();
            for (EndpointSet.LocalityEndpoints locality : level.localities()) {
                localities.add(part(locality, values));
            }
            levels.add(new EndpointSet.Level(localities));
        }
        return new EndpointSet(levels, whole.policy());
    }

    private EndpointSet.LocalityEndpoints part(
            EndpointSet.LocalityEndpoints whole, Map<String, Object> values) {
        List<Endpoint> fitting =
                whole.endpoints().stream().filter(endpoint -> fits(endpoint, values)).toList();
        int weight = settings.localityWeightAware() ? whole.weight() : 0;
        if (settings.scaleLocalityWeight() && !whole.endpoints().isEmpty()) {
            // Envoy rounds, and leaves at least 1.
            double scaled = (double) weight * fitting.size() / whole.endpoints().size();
            weight = weight == 0 ? 0 : (int) Math.max(1, Math.round(scaled));
        }
        return new EndpointSet.LocalityEndpoints(whole.locality(), weight, fitting);
    }

    private boolean fits(Endpoint endpoint, Map<String, Object> values) {
        Map<String, Object> has = endpoint.balancingMetadata();
        for (Map.Entry<String, Object> wanted : values.entrySet()) {
            Object its = has.get(wanted.getKey());
            boolean same =
                    wanted.getValue().equals(its)
                            || (settings.listAsAny()
                                    && its instanceof List<?> many
                                    && many.contains(wanted.getValue()));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable Endpoint choose(LoadBalancerContext context) {
        Map<String, Object> wanted = context.subset();
        return settings.fallbackList() && wanted.get(FALLBACK_LIST) instanceof List<?> others
                ? chooseOf(context, wanted, others)
                : choose(context, wanted);
    }

    /// Envoy: the values of each, in place of the request's own, until one has an endpoint.
    private @Nullable Endpoint chooseOf(
            LoadBalancerContext context, Map<String, Object> wanted, List<?> others) {
        Map<String, Object> own = new HashMap<>(wanted);
        own.remove(FALLBACK_LIST);
        if (others.isEmpty()) {
            return choose(context, own);
        }
        for (Object other : others) {
            Map<String, Object> merged = new HashMap<>(own);
            if (other instanceof Map<?, ?> values) {
                values.forEach((key, value) -> merged.put(String.valueOf(key), value));
            }
            Endpoint chosen = choose(context, merged);
            if (chosen != null) {
                return chosen;
            }
        }
        return null;
    }

    private @Nullable Endpoint choose(LoadBalancerContext context, Map<String, Object> wanted) {
        Balancer part = wanted.isEmpty() ? null : parts.get(wanted);
        if (part != null) {
            stats.balancer.subsetsSelected.increment();
            return part.choose(context);
        }
        LbSettings.Selector selector = wanted.isEmpty() ? null : selectors.get(wanted.keySet());
        if (selector != null && selector.fallback() != null) {
            return choose(context, wanted, selector, selector.fallback());
        }
        Balancer instead = fallback;
        if (instead == null) {
            return null;
        }
        Endpoint chosen = instead.choose(context);
        if (chosen != null) {
            stats.balancer.subsetsFallback.increment();
            return chosen;
        }
        if (!settings.panicModeAny() || any == null) {
            return null;
        }
        chosen = any.choose(context);
        if (chosen != null) {
            stats.balancer.subsetsFallbackPanic.increment();
        }
        return chosen;
    }

    private @Nullable Endpoint choose(
            LoadBalancerContext context,
            Map<String, Object> wanted,
            LbSettings.Selector selector,
            LbSettings.Fallback policy) {
        if (policy == LbSettings.Fallback.KEYS_SUBSET) {
            Map<String, Object> fewer = new HashMap<>(wanted);
            fewer.keySet().retainAll(new HashSet<>(selector.fallbackKeys()));
            return choose(context, fewer);
        }
        Balancer instead = of(policy);
        return instead == null ? null : instead.choose(context);
    }
}
