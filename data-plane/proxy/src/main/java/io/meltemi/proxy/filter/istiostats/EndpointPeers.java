package io.meltemi.proxy.filter.istiostats;

import com.google.protobuf.Struct;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.filter.peermetadata.NodeMetadata;
import io.meltemi.proxy.observe.PeerMetadata;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who stands behind endpoints that tell nothing themselves. Confined to its event loop. `HOT`.
///
/// Istio: the control plane says it in their metadata. Looked up once for each endpoint in each
/// version: reading maps of messages makes garbage.
final class EndpointPeers {
    private static final int MAX_KEPT = 1000;

    private final IdentityHashMap<Struct, Known> byMetadata = new IdentityHashMap<>();

    /// Immutable.
    ///
    /// @param peer null when nobody says
    private record Known(@Nullable PeerMetadata peer) {}

    /// Null when nobody says.
    ///
    /// @param endpoint its `filter_metadata` by name, or null
    @Nullable PeerMetadata of(@Nullable Map<String, Struct> endpoint) {
        Struct istio = endpoint == null ? null : endpoint.get("istio");
        if (istio == null) {
            return null;
        }
        Known known = byMetadata.get(istio);
        if (known == null) {
            known = read(istio);
            if (byMetadata.size() >= MAX_KEPT) {
                byMetadata.clear();
            }
            byMetadata.put(istio, known);
        }
        return known.peer();
    }

    private static Known read(Struct istio) {
        return new Known(NodeMetadata.ofEndpoint(Values.text(istio, "workload")));
    }
}
