package io.meltemi.proxy.cluster.balance;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.EndpointSet;
import java.util.Collections;
import java.util.List;

/// How the requests of a cluster spread over its priorities, by how many endpoints of each are
/// healthy. Immutable.
///
/// Envoy: a level counts as whole while its healthy endpoints times the overprovisioning factor
/// cover it; what one level cannot take, the next one does, and what healthy endpoints of all
/// levels cannot take, degraded ones do. When all together cannot take everything, a level with too
/// few endpoints in use goes into panic and uses all it has.
///
/// @param healthy share of each level's healthy endpoints, in percent
/// @param degraded share of each level's degraded endpoints; the sum of both is 100
/// @param panic whether a level uses all its endpoints
@SuppressWarnings("ArrayRecordComponent") // nobody compares loads
record PriorityLoad(int[] healthy, int[] degraded, boolean[] panic) {
    static final PriorityLoad NONE = new PriorityLoad(new int[0], new int[0], new boolean[0]);

    /// @param levels at least one
    static PriorityLoad of(List<HostSet> levels, EndpointSet.Policy policy, double panicThreshold) {
        return of(levels, Collections.nCopies(levels.size(), policy), panicThreshold);
    }

    /// @param policies of each level
    static PriorityLoad of(
            List<HostSet> levels, List<EndpointSet.Policy> policies, double panicThreshold) {
        int n = levels.size();
        int[] healthy = new int[n];
        int[] degraded = new int[n];
        int sum = 0;
        for (int i = 0; i < n; i++) {
            HostSet.Members of = levels.get(i).members();
            healthy[i] = availability(of.healthy(), of, policies.get(i));
            degraded[i] = availability(of.degraded(), of, policies.get(i));
            sum += healthy[i] + degraded[i];
        }
        int normal = Math.min(100, sum);
        boolean[] panic = new boolean[n];
        if (normal == 0 && panicThreshold == 0) {
            // Nobody will be found there, but the shares must be 100 in all.
            int[] first = new int[n];
            first[0] = 100;
            return new PriorityLoad(first, new int[n], panic);
        }
        boolean total = true;
        for (int i = 0; i < n; i++) {
            panic[i] = normal < 100 && isInPanic(levels.get(i), panicThreshold);
            total &= panic[i];
        }
        return total ? totalPanic(levels, panic) : shared(healthy, degraded, normal, panic);
    }

    /// How much of everything each level could take, healthy and degraded endpoints together.
    static int[] availability(List<HostSet> levels, EndpointSet.Policy policy) {
        return availability(levels, Collections.nCopies(levels.size(), policy));
    }

    /// @param policies of each level
    static int[] availability(List<HostSet> levels, List<EndpointSet.Policy> policies) {
        int[] availability = new int[levels.size()];
        for (int i = 0; i < availability.length; i++) {
            HostSet.Members of = levels.get(i).members();
            availability[i] =
                    availability(of.healthy(), of, policies.get(i))
                            + availability(of.degraded(), of, policies.get(i));
        }
        return availability;
    }

    private static int availability(
            List<Endpoint> some, HostSet.Members of, EndpointSet.Policy policy) {
        long part = some.size();
        long whole = of.counted();
        if (policy.byWeight()) {
            part = weight(some);
            whole = weight(of.all().stream().filter(e -> !e.isExcluded()).toList());
        }
        return whole <= 0
                ? 0
                : (int) Math.min(100, policy.overprovisioningPercent() * part / whole);
    }

    private static long weight(List<Endpoint> endpoints) {
        long sum = 0;
        for (Endpoint endpoint : endpoints) {
            sum += endpoint.weight();
        }
        return sum;
    }

    /// Whether too few of a level can be used.
    static boolean isInPanic(HostSet level, double threshold) {
        HostSet.Members of = level.members();
        double usable =
                of.counted() == 0
                        ? 0
                        : 100.0 * (of.healthy().size() + of.degraded().size()) / of.counted();
        return usable < Math.min(100, threshold);
    }

    private static PriorityLoad shared(int[] healthy, int[] degraded, int normal, boolean[] panic) {
        if (normal == 0) {
            // Some level is not in panic although nothing is available: an empty one.
            int[] first = new int[healthy.length];
            first[0] = 100;
            return new PriorityLoad(first, new int[healthy.length], panic);
        }
        int[] ofHealthy = new int[healthy.length];
        int[] ofDegraded = new int[healthy.length];
        int left = share(healthy, ofHealthy, 100, normal);
        left = share(degraded, ofDegraded, left, normal);
        int first = firstPositive(healthy);
        if (first >= 0) {
            ofHealthy[first] += left;
        } else {
            ofDegraded[firstPositive(degraded)] += left;
        }
        return new PriorityLoad(ofHealthy, ofDegraded, panic);
    }

    private static int share(int[] availability, int[] load, int most, int normal) {
        int left = most;
        for (int i = 0; i < load.length; i++) {
            load[i] = Math.min(left, availability[i] * 100 / normal);
            left -= load[i];
        }
        return left;
    }

    private static int firstPositive(int[] of) {
        for (int i = 0; i < of.length; i++) {
            if (of[i] > 0) {
                return i;
            }
        }
        return -1;
    }

    /// Every level takes what its size is.
    private static PriorityLoad totalPanic(List<HostSet> levels, boolean[] panic) {
        int n = levels.size();
        int[] percent = new int[n];
        int all = 0;
        for (HostSet level : levels) {
            all += level.members().all().size();
        }
        if (all == 0) {
            percent[0] = 100;
            return new PriorityLoad(percent, new int[n], panic);
        }
        int left = 100;
        int first = -1;
        for (int i = 0; i < n; i++) {
            int size = levels.get(i).members().all().size();
            first = first < 0 && size > 0 ? i : first;
            percent[i] = 100 * size / all;
            left -= percent[i];
        }
        percent[first] += left;
        return new PriorityLoad(percent, new int[n], panic);
    }

    /// The place a hash falls into: a level, or its complement (`~level`) for the degraded
    /// endpoints of a level. `HOT`.
    int place(long hash) {
        int hundredth = (int) Long.remainderUnsigned(hash, 100) + 1;
        int sum = 0;
        for (int i = 0; i < healthy.length; i++) {
            sum += healthy[i];
            if (hundredth <= sum) {
                return i;
            }
        }
        for (int i = 0; i < degraded.length; i++) {
            sum += degraded[i];
            if (hundredth <= sum) {
                return ~i;
            }
        }
        throw new IllegalStateException("the shares of the priorities are less than 100");
    }
}
