package io.meltemi.proxy.filter.istiostats;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.meltemi.proxy.config.match.Values;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which services clusters stand for. Confined to its event loop. `HOT`.
///
/// Looked up once for each cluster in each version: reading maps of messages makes garbage.
final class Services {
    static final Service NONE = new Service("", "");

    private static final int MAX_KEPT = 1000;
    private static final Set<String> FIXED =
            Set.of(
                    "BlackHoleCluster",
                    "PassthroughCluster",
                    "InboundPassthroughCluster",
                    "InboundPassthroughClusterIpv4",
                    "InboundPassthroughClusterIpv6");

    private final IdentityHashMap<Metadata, Service> byMetadata = new IdentityHashMap<>();

    /// Immutable.
    ///
    /// @param host `ratings.default.svc.cluster.local`; empty when nobody says
    /// @param name `ratings`; empty when nobody says
    record Service(String host, String name) {}

    /// Whether a cluster is for whatever comes, so that its own name stands for the service.
    static boolean isFixed(@Nullable String cluster) {
        return cluster != null && FIXED.contains(cluster);
    }

    /// By what a cluster's metadata says.
    Service of(@Nullable Metadata metadata) {
        if (metadata == null) {
            return NONE;
        }
        Service known = byMetadata.get(metadata);
        if (known == null) {
            known = read(metadata);
            if (byMetadata.size() >= MAX_KEPT) {
                byMetadata.clear();
            }
            byMetadata.put(metadata, known);
        }
        return known;
    }

    private static Service read(Metadata metadata) {
        Struct istio = metadata.getFilterMetadataOrDefault("istio", Struct.getDefaultInstance());
        var services =
                istio.getFieldsOrDefault("services", Value.getDefaultInstance()).getListValue();
        if (services.getValuesCount() == 0) {
            return NONE;
        }
        Struct first = services.getValues(0).getStructValue();
        String host = Values.text(first, "host");
        String name = Values.text(first, "name");
        return new Service(
                host, first.containsFields("name") ? name : host.substring(0, dot(host)));
    }

    private static int dot(String host) {
        int dot = host.indexOf('.');
        return dot < 0 ? host.length() : dot;
    }
}
