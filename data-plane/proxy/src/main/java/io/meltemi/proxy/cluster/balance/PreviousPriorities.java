package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// Keeps the attempts of one request away from priorities that were tried
/// (`envoy.retry_priorities.previous_priorities`). Confined to its event loop.
///
/// Envoy: after every `update_frequency` attempts the priorities of all endpoints tried so far are
/// left out and the rest shares the load; when nothing is left, all are forgotten and it begins
/// anew.
public final class PreviousPriorities {
    private final int updateFrequency;
    private final List<Endpoint> tried = new ArrayList<>(2);
    private boolean[] excluded = new boolean[0];
    private PriorityLoad adjusted = PriorityLoad.NONE;

    /// @param updateFrequency after how many attempts priorities are looked at; at least 1
    public PreviousPriorities(int updateFrequency) {
        this.updateFrequency = updateFrequency;
    }

    /// An attempt at this endpoint is over.
    public void tried(Endpoint endpoint) {
        tried.add(endpoint);
    }

    /// How the load spreads over priorities for the next attempt.
    ///
    /// @param availability of each priority, in percent of its whole, before it is shared
    PriorityLoad load(PriorityLoad original, int[] availability) {
        return load(original, availability, endpoint -> endpoint.definition().priority());
    }

    /// @param priorities where an endpoint stands; negative when it is there no more
    PriorityLoad load(
            PriorityLoad original, int[] availability, ToIntFunction<Endpoint> priorities) {
        if (tried.size() < updateFrequency) {
            return original;
        }
        if (tried.size() % updateFrequency == 0 && !adjust(original, availability, priorities)) {
            return original;
        }
        return adjusted.healthy().length == availability.length ? adjusted : original;
    }

    private boolean adjust(
            PriorityLoad original, int[] availability, ToIntFunction<Endpoint> priorities) {
        if (excluded.length != availability.length) {
            excluded = java.util.Arrays.copyOf(excluded, availability.length);
        }
        for (Endpoint endpoint : tried) {
            int priority = priorities.applyAsInt(endpoint);
            if (priority >= 0 && priority < excluded.length) {
                excluded[priority] = true;
            }
        }
        int total = total(availability);
        if (total == 0) {
            java.util.Arrays.fill(excluded, false);
            tried.clear();
            total = total(availability);
        }
        if (total == 0) {
            return false;
        }
        adjusted = shared(original, availability, total);
        return true;
    }

    private int total(int[] availability) {
        int sum = 0;
        for (int i = 0; i < availability.length; i++) {
            sum += excluded[i] ? 0 : availability[i];
        }
        return Math.min(100, sum);
    }

    /// Rounds are made until all is shared out: what rounding leaves goes to the first ones.
    private PriorityLoad shared(PriorityLoad original, int[] availability, int total) {
        int[] load = new int[availability.length];
        int left = 100;
        while (left > 0) {
            for (int i = 0; i < load.length; i++) {
                int part = excluded[i] ? 0 : Math.min(left, availability[i] * 100 / total);
                load[i] += part;
                left -= part;
            }
        }
        return new PriorityLoad(load, new int[load.length], original.panic());
    }
}
