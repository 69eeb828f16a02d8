package io.meltemi.proxy.decide.route;

import io.meltemi.proxy.decide.DecisionLog;
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

    /// Where each target's share ends; the last one is the total.
    private final long[] ends;

    /// A route with one destination.
    public RouteEntry(String label, RouteMatch match, Route route) {
        this(label, match, List.of(route), List.of(1L));
    }

    /// @param label the route's name, or its place when it has none
    public RouteEntry(String label, RouteMatch match, List<Route> targets, List<Long> weights) {
        this.label = label;
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
    Route pick(long random, @Nullable DecisionLog log) {
        if (targets.length == 1) {
            return targets[0];
        }
        long total = ends[ends.length - 1];
        long selected = Long.remainderUnsigned(random, total);
        int i = 0;
        while (selected >= ends[i]) {
            i++;
        }
        if (log != null) {
            log.note("weighted cluster", describe(i), true, selected + " of " + total);
        }
        return targets[i];
    }

    private String describe(int target) {
        return targets[target].action() instanceof RouteAction.ToCluster(String cluster, _)
                ? cluster
                : label + "[" + target + "]";
    }

    String reason(@Nullable String mismatch) {
        return mismatch == null ? String.valueOf(match.path()) : mismatch + " differs";
    }
}
