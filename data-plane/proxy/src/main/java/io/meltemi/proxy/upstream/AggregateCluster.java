package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.AggregateLevels;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.cluster.balance.PreviousPriorities;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Chooses among the clusters of an aggregate cluster on one worker (`envoy.clusters.aggregate`).
/// Confined to its event loop. `HOT`.
///
/// Envoy: the aggregate chooses a priority, and the balancer of the cluster that has it chooses
/// there. The endpoint stays one of its own cluster, whose limits and pools count.
final class AggregateCluster {
    private final List<String> names;
    private final double panicThreshold;
    private final WorkerClusters clusters;
    private final SplittableRandom random;
    private final Within within = new Within();
    private final List<WorkerCluster> members = new ArrayList<>();
    private long[] epochs = new long[0];
    private long generation = -1;
    private @Nullable AggregateLevels levels;
    private @Nullable WorkerCluster chosen;

    AggregateCluster(
            List<String> names,
            double panicThreshold,
            WorkerClusters clusters,
            SplittableRandom random) {
        this.names = names;
        this.panicThreshold = panicThreshold;
        this.clusters = clusters;
        this.random = random;
    }

    /// The endpoint for a request, or null when there is none.
    @Nullable Endpoint choose(LoadBalancerContext request) {
        AggregateLevels now = levels();
        LoadBalancerContext.OverrideHost named = request.overrideHost();
        if (now.isEmpty() || (named != null && named.strict())) {
            // Envoy looks for a host by its address among the aggregate's own: it has none.
            return null;
        }
        int place = now.place(random.nextLong(), request);
        WorkerCluster member = members.get(now.member(place));
        within.request = request;
        within.level = now.within(place);
        Endpoint endpoint = member.choose(within);
        within.request = LoadBalancerContext.NONE;
        chosen = member;
        return endpoint;
    }

    /// The cluster that was chosen last; null before any was.
    @Nullable WorkerCluster chosen() {
        return chosen;
    }

    /// Computed again when one of the clusters is another one, or is known to be otherwise.
    private AggregateLevels levels() {
        AggregateLevels known = levels;
        boolean renamed = generation != clusters.generation();
        if (known != null && !renamed && !isChanged()) {
            return known;
        }
        if (renamed) {
            generation = clusters.generation();
            members.clear();
            for (String name : names) {
                WorkerCluster member = clusters.get(name);
                if (member != null) {
                    members.add(member);
                }
            }
            epochs = new long[members.size()];
        }
        List<Cluster> each = new ArrayList<>(members.size());
        for (int i = 0; i < epochs.length; i++) {
            Cluster cluster = members.get(i).cluster();
            epochs[i] = cluster.epoch();
            each.add(cluster);
        }
        AggregateLevels made = new AggregateLevels(each, panicThreshold);
        levels = made;
        return made;
    }

    private boolean isChanged() {
        for (int i = 0; i < epochs.length; i++) {
            if (epochs[i] != members.get(i).cluster().epoch()) {
                return true;
            }
        }
        return false;
    }

    /// A request as the chosen cluster sees it. One for all requests, as each choice ends before
    /// the next one begins. Confined to its event loop.
    private static final class Within implements LoadBalancerContext {
        private LoadBalancerContext request = NONE;
        private int level = NO_LEVEL;

        @Override
        public int level() {
            return level;
        }

        @Override
        public @Nullable Long hash() {
            return request.hash();
        }

        @Override
        public Map<String, Object> subset() {
            return request.subset();
        }

        @Override
        public int selectionRetries() {
            return request.selectionRetries();
        }

        @Override
        public boolean rejects(Endpoint endpoint) {
            return request.rejects(endpoint);
        }

        @Override
        public @Nullable PreviousPriorities previousPriorities() {
            return request.previousPriorities();
        }

        @Override
        public @Nullable OverrideHost overrideHost() {
            return request.overrideHost();
        }
    }
}
