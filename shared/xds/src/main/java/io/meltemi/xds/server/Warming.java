package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// New clusters that the proxy has while it lacks their endpoints: nothing may be routed to them
/// yet. Confined to its session.
///
/// Envoy may acknowledge a cluster before it asks for the endpoints.
final class Warming {
    private final Map<String, Awaited> byCluster = new HashMap<>();
    private long count;

    private record Awaited(String endpoints, long number) {}

    /// @return whether there was any that has endpoints of its own
    boolean add(Iterable<XdsResource> clusters) {
        long before = count;
        for (XdsResource cluster : clusters) {
            EndpointName.of(cluster)
                    .ifPresent(name -> byCluster.put(cluster.name(), new Awaited(name, ++count)));
        }
        return count > before;
    }

    /// The newest of those that wait.
    long newest() {
        return count;
    }

    /// The proxy does not ask for the endpoints of these and older ones: they are waited for no
    /// longer.
    void giveUp(long newest) {
        byCluster.values().removeIf(awaited -> awaited.number() <= newest);
    }

    void drop(Predicate<String> cluster) {
        byCluster.keySet().removeIf(cluster);
    }

    /// @param isThere whether the proxy has the endpoints of this name, or cannot get them
    boolean isOver(Predicate<String> isThere) {
        byCluster.values().removeIf(awaited -> isThere.test(awaited.endpoints()));
        return byCluster.isEmpty();
    }
}
