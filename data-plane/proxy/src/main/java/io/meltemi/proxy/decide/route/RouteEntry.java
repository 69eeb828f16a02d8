package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One line of a virtual host: a matcher and what it leads to. Immutable.
///
/// A weighted route is compiled into one complete [Route] per cluster, so that nobody downstream of
/// the choice has to know about weights.
public final class RouteEntry {
    private final String label;
    private final RouteMatch match;
    private final Route[] targets;
    private final @Nullable String randomHeader;

    /// Where each target's share ends; the last one is the total.
    private final long[] ends;

    /// A route with one destination.
    public RouteEntry(String label, RouteMatch match, Route route) {
        this(label, match, List.of(route), List.of(1L), null);
    }

    /// @param label the route's name, or its place when it has none
    /// @param randomHeader the header whose number decides between weighted clusters where it has
    ///   one; null: none
    public RouteEntry(
            String label,
            RouteMatch match,
            List<Route> targets,
            List<Long> weights,
            @Nullable String randomHeader) {
        this.label = label;
        this.randomHeader = randomHeader;
        this.match = match;
        this.targets = targets.toArray(new Route[0]);
        ends = new long[weights.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += weights.get(i);
            ends[i] = end;
        }
        if (ends.length != this.targets.length || end == 0) {
            throw new IllegalArgumentException(
                    label + " has no weight, or not one for each target");
        }
    }

    public String label() {
        return label;
    }

    public RouteMatch match() {
        return match;
    }

    /// Every destination, in order.
    public List<Route> targets() {
        return List.of(targets);
    }

    /// Envoy: the request's random number modulo the total weight falls into one share.
    Route pick(HeaderMap request, long random, @Nullable DecisionLog log) {
        if (targets.length == 1) {
            return targets[0];
        }
        long total = ends[ends.length - 1];
        long selected = Long.remainderUnsigned(number(request, random), total);
        int i = 0;
        while (selected >= ends[i]) {
            i++;
        }
        if (log != null) {
            log.note("weighted cluster", describe(i), true, selected + " of " + total);
        }
        return targets[i];
    }

    /// Envoy: a header that is there twice or holds no number does not count.
    private long number(HeaderMap request, long random) {
        if (randomHeader == null) {
            return random;
        }
        int at = request.indexOf(randomHeader, 0);
        if (at < 0 || request.indexOf(randomHeader, at + 1) >= 0) {
            return random;
        }
        try {
            return Long.parseUnsignedLong(request.value(at).strip());
        } catch (NumberFormatException _) {
            return random;
        }
    }

    private String describe(int target) {
        return targets[target].action() instanceof RouteAction.ToCluster(String cluster, _)
                ? cluster
                : label + "[" + target + "]";
    }

    /// The weight of a destination, of [#totalWeight].
    public long weight(int target) {
        return target == 0 ? ends[0] : ends[target] - ends[target - 1];
    }

    public long totalWeight() {
        return ends[ends.length - 1];
    }
}
