package io.meltemi.proxy.decide.ratelimit;

import io.meltemi.proxy.decide.RequestFacts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a route describes its requests to rate limits: one descriptor. Immutable.
///
/// @param stage which rate limit filter of the chain uses it
/// @param disableKey Envoy's runtime key; kept as data
public record RateLimitPolicy(int stage, String disableKey, List<RateLimitAction> actions) {
    public RateLimitPolicy {
        actions = List.copyOf(actions);
    }

    /// One part of a descriptor.
    public record Entry(String key, String value) {}

    /// The descriptor of a request, or null: an action had nothing to say, and Envoy then sends
    /// none.
    ///
    /// @param localCluster this proxy's own service cluster
    public @Nullable List<Entry> descriptor(RequestFacts facts, String localCluster) {
        List<Entry> entries = new ArrayList<>(actions.size());
        for (int i = 0; i < actions.size(); i++) {
            if (!actions.get(i).append(facts, localCluster, entries)) {
                return null;
            }
        }
        return entries.isEmpty() ? null : entries;
    }
}
