package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.stats.TrafficStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of requests that a virtual host counts by themselves. Immutable.
///
/// @param all in order
/// @param others of requests that are of no kind; null where there are no kinds
public record VirtualClusters(List<Kind> all, @Nullable TrafficStats others) {
    public static final VirtualClusters NONE = new VirtualClusters(List.of(), null);

    public VirtualClusters {
        all = List.copyOf(all);
    }

    /// @param headers all of them match
    public record Kind(List<HeaderMatch> headers, TrafficStats stats) {}

    /// What a request is counted in, or null.
    public @Nullable TrafficStats of(HeaderMap request) {
        for (int i = 0; i < all.size(); i++) {
            if (HeaderMatch.allMatch(all.get(i).headers, request)) {
                return all.get(i).stats;
            }
        }
        return others;
    }
}
