package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The priorities of several clusters in one row, as an aggregate cluster sees them at one moment.
/// Confined to its event loop. `HOT`.
///
/// Envoy: all priorities of the first cluster, then all of the next; those without endpoints are
/// left out. Each keeps the overprovisioning factor of its cluster, and the aggregate's own
/// threshold says when all together are in panic.
public final class AggregateLevels {
    private final List<Cluster> members;
    private final List<Level> levels = new ArrayList<>();
    private final PriorityLoad load;
    private final int[] availability;
    private @Nullable IdentityHashMap<Endpoint, Integer> places;

    /// @param member the number of its cluster
    /// @param priority in its cluster
    private record Level(int member, int priority) {}

    /// @param panicThreshold in percent, the aggregate's
    public AggregateLevels(List<Cluster> members, double panicThreshold) {
        this.members = List.copyOf(members);
        List<HostSet> sets = new ArrayList<>();
        List<EndpointSet.Policy> policies = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            EndpointSet endpoints = members.get(i).endpoints();
            for (int j = 0; j < endpoints.levels().size(); j++) {
                HostSet set = HostSet.of(endpoints.levels().get(j), null);
                if (!set.members().all().isEmpty()) {
                    sets.add(set);
                    policies.add(endpoints.policy());
                    levels.add(new Level(i, j));
                }
            }
        }
        this.load =
                sets.isEmpty()
                        ? PriorityLoad.NONE
                        : PriorityLoad.of(sets, policies, panicThreshold);
        this.availability = PriorityLoad.availability(sets, policies);
    }

    /// Whether no cluster has an endpoint.
    public boolean isEmpty() {
        return levels.isEmpty();
    }

    /// The place in the row for a request: a level, or its complement for degraded endpoints. Not
    /// to be asked when empty.
    public int place(long random, LoadBalancerContext request) {
        PreviousPriorities previous = request.previousPriorities();
        PriorityLoad shares =
                previous == null ? load : previous.load(load, availability, this::placeOf);
        return shares.place(random);
    }

    /// The number of the cluster that has a place.
    public int member(int place) {
        return levels.get(place < 0 ? ~place : place).member();
    }

    /// The same place as its cluster counts it.
    public int within(int place) {
        return place < 0 ? ~levels.get(~place).priority() : levels.get(place).priority();
    }

    /// Retries alone ask for this, so that it is made for them.
    private int placeOf(Endpoint endpoint) {
        IdentityHashMap<Endpoint, Integer> known = places;
        if (known == null) {
            known = new IdentityHashMap<>();
            for (int i = 0; i < levels.size(); i++) {
                Level level = levels.get(i);
                List<EndpointSet.Level> its = members.get(level.member()).endpoints().levels();
                if (level.priority() < its.size()) {
                    for (EndpointSet.LocalityEndpoints each :
                            its.get(level.priority()).localities()) {
                        for (Endpoint one : each.endpoints()) {
                            known.put(one, i);
                        }
                    }
                }
            }
            places = known;
        }
        return known.getOrDefault(endpoint, -1);
    }
}
