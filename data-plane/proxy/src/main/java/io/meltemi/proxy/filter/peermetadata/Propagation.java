package io.meltemi.proxy.filter.peermetadata;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.observe.ExchangeRecord;
import org.jspecify.annotations.Nullable;

/// How this proxy tells of its own workload in the headers of a message. Immutable. `HOT`.
///
/// @param id the node's
/// @param value its metadata, encoded
/// @param skipsExternal whether clusters outside of the mesh are told nothing
record Propagation(String id, String value, boolean skipsExternal) {
    /// Puts the headers in, in place of any that are there.
    void tellId(HeaderMap headers) {
        headers.set(HeaderNames.X_ENVOY_PEER_METADATA_ID, id);
    }

    void tell(HeaderMap headers) {
        headers.set(HeaderNames.X_ENVOY_PEER_METADATA, value);
    }

    /// Whether the request's cluster is told nothing. Istio: one that says `disable_mx` never is.
    boolean skips(@Nullable ExchangeRecord record) {
        if (record == null) {
            return false;
        }
        if (skipsExternal && "PassthroughCluster".equals(record.upstreamCluster)) {
            return true;
        }
        if (record.clusterMetadata == null) {
            return false;
        }
        Struct istio = record.clusterMetadata.getFilterMetadataMap().get("istio");
        return istio != null
                && (isSet(istio, "disable_mx") || (skipsExternal && isSet(istio, "external")));
    }

    private static boolean isSet(Struct metadata, String name) {
        Value value = metadata.getFieldsMap().get(name);
        return value != null && value.getBoolValue();
    }
}
