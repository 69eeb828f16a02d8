package io.meltemi.proxy.cluster;

import java.util.List;

/// The endpoints of a cluster at one moment, by priority. Immutable.
///
/// @param levels all endpoints of priority 0, 1, ...
public record EndpointSet(List<Level> levels) {
    public static final EndpointSet EMPTY = new EndpointSet(List.of());

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

    /// All of them, in order.
    public List<Endpoint> all() {
        return levels.stream()
                .flatMap(level -> level.localities().stream())
                .flatMap(locality -> locality.endpoints().stream())
                .toList();
    }
}
