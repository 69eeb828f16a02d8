package io.meltemi.proxy.cluster;

import java.util.List;

/// The endpoints of a cluster at one moment, by priority. Immutable.
///
/// @param levels all endpoints of priority 0, 1, ...
/// @param policy what the assignment says of their use
public record EndpointSet(List<Level> levels, Policy policy) {
    public static final EndpointSet EMPTY = new EndpointSet(List.of());

    /// `ClusterLoadAssignment.policy`. Immutable.
    ///
    /// @param overprovisioningPercent how much more than its part of the load an endpoint can take
    /// @param byWeight whether a priority is as healthy as the weights of its endpoints say
    /// @param dropShare 0 to 1: how many requests are dropped whatever they ask for
    /// @param dropCategory what those are reported as
    public record Policy(
            int overprovisioningPercent, boolean byWeight, double dropShare, String dropCategory) {
        public static final Policy DEFAULT = new Policy(140, false, 0, "");
    }

    /// One priority. Immutable.
    public record Level(List<LocalityEndpoints> localities) {
        public Level {
            localities = List.copyOf(localities);
        }
    }

    /// One locality of one priority. Immutable.
    ///
    /// @param weight 0 when the locality gets nothing while weights are used
    public record LocalityEndpoints(
            Endpoint.Locality locality, int weight, List<Endpoint> endpoints) {
        public LocalityEndpoints {
            endpoints = List.copyOf(endpoints);
        }
    }

    public EndpointSet {
        levels = List.copyOf(levels);
    }

    /// With the usual policy.
    public EndpointSet(List<Level> levels) {
        this(levels, Policy.DEFAULT);
    }

    /// All of them, in order.
    public List<Endpoint> all() {
        return levels.stream()
                .flatMap(level -> level.localities().stream())
                .flatMap(locality -> locality.endpoints().stream())
                .toList();
    }
}
