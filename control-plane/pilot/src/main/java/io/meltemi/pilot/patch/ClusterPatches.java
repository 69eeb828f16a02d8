package io.meltemi.pilot.patch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.meltemi.model.config.EnvoyFilter.ClusterMatch;
import io.meltemi.model.config.EnvoyFilter.Context;
import java.util.List;
import java.util.Set;

/// Patches of clusters. Thread-safe: stateless.
final class ClusterPatches {
    private ClusterPatches() {}

    /// For which direction a cluster of a sidecar is.
    static Context context(String name) {
        return isInbound(name) || name.equals("InboundPassthroughCluster")
                ? Context.SIDECAR_INBOUND
                : Context.SIDECAR_OUTBOUND;
    }

    private static boolean isInbound(String name) {
        return name.startsWith("inbound|");
    }

    /// @param called the services behind an inbound cluster, which its name does not tell
    static boolean matches(Patch patch, String name, Set<String> called) {
        if (!(patch.match() instanceof ClusterMatch match)) {
            return true;
        }
        if (!match.name().isEmpty()) {
            return match.name().equals(name);
        }
        List<String> parts = List.of(name.split("\\|", -1));
        boolean ofService = parts.size() == 4;
        Set<String> hosts =
                isInbound(name) ? called : ofService ? Set.of(parts.get(3)) : Set.<String>of();
        return (match.subset().isEmpty() || (ofService && match.subset().equals(parts.get(2))))
                && (match.service().isEmpty() || hosts.contains(match.service()))
                && (match.portNumber().isEmpty()
                        || (ofService
                                && Integer.toString(match.portNumber().getAsInt())
                                        .equals(parts.get(1))));
    }

    /// @param patch that is for this cluster
    static Cluster apply(Patch patch, Cluster cluster)
            throws InvalidProtocolBufferException, UnfitException {
        if (!patch.merges()) {
            return cluster;
        }
        Cluster value = (Cluster) patch.value();
        if (!value.hasTransportSocket()) {
            return patch.mergedInto(cluster);
        }
        Cluster rest = value.toBuilder().clearTransportSocket().build();
        return withSocket((Cluster) Merging.of(patch.operation()).merge(cluster, rest), value);
    }

    /// Istio: the patch is for the socket of its name, also where several are chosen from by what
    /// an endpoint can do; a socket beside those would break the cluster.
    private static Cluster withSocket(Cluster cluster, Cluster value)
            throws InvalidProtocolBufferException, UnfitException {
        Cluster.Builder out = cluster.toBuilder();
        if (cluster.getTransportSocketMatchesCount() == 0) {
            return out.setTransportSocket(
                            TransportSockets.merged(
                                    cluster.getTransportSocket(), value.getTransportSocket()))
                    .build();
        }
        for (int i = 0; i < cluster.getTransportSocketMatchesCount(); i++) {
            TransportSocketMatch match = cluster.getTransportSocketMatches(i);
            if (match.getTransportSocket().getName().equals(value.getTransportSocket().getName())) {
                return out.setTransportSocketMatches(
                                i,
                                match.toBuilder()
                                        .setTransportSocket(
                                                TransportSockets.merged(
                                                        match.getTransportSocket(),
                                                        value.getTransportSocket())))
                        .build();
            }
        }
        throw new UnfitException(
                "add transport socket '%s' to a cluster that chooses between others"
                        .formatted(value.getTransportSocket().getName()));
    }
}
