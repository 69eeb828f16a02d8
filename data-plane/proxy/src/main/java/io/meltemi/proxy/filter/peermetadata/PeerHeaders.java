package io.meltemi.proxy.filter.peermetadata;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.observe.PeerMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reads who a message is from. Thread-safe.
///
/// What one peer sends is the same each time, so that it is decoded once. Unlike Istio's, the id
/// alone is not believed: who sends another's id does not speak for it afterwards.
final class PeerHeaders {
    /// Istio's `max_peer_cache_size`.
    private static final int MAX_PEERS = 500;

    /// Longer ones are decoded each time: what is remembered stays below a few megabytes.
    private static final int MAX_KEPT = 2048;

    /// Nobody has so many labels; the rest of the headers has room in the limits of HTTP.
    private static final int MAX_LETTERS = 16_384;

    private final Set<String> additional;
    private final Map<String, Known> byId = new ConcurrentHashMap<>();

    private record Known(String value, PeerMetadata peer) {}

    /// @param additional names of labels that are kept beside the usual ones
    PeerHeaders(Set<String> additional) {
        this.additional = Set.copyOf(additional);
    }

    /// Whom the headers tell of, or null: they are not there, or tell nothing that can be read.
    @Nullable PeerMetadata find(HeaderMap headers) {
        String value = headers.get(HeaderNames.X_ENVOY_PEER_METADATA);
        if (value == null || value.isEmpty() || value.length() > MAX_LETTERS) {
            return null;
        }
        String id = headers.get(HeaderNames.X_ENVOY_PEER_METADATA_ID);
        Known known = id == null ? null : byId.get(id);
        if (known != null && known.value.equals(value)) {
            return known.peer;
        }
        PeerMetadata peer = decode(value);
        if (peer != null && id != null && id.length() + value.length() <= MAX_KEPT) {
            if (byId.size() >= MAX_PEERS) {
                byId.clear();
            }
            byId.put(id, new Known(value, peer));
        }
        return peer;
    }

    private @Nullable PeerMetadata decode(String value) {
        try {
            return NodeMetadata.of(Struct.parseFrom(Base64.getDecoder().decode(value)), additional);
        } catch (IllegalArgumentException | InvalidProtocolBufferException _) {
            return null;
        }
    }

    static void remove(HeaderMap headers) {
        headers.remove(HeaderNames.X_ENVOY_PEER_METADATA_ID);
        headers.remove(HeaderNames.X_ENVOY_PEER_METADATA);
    }

    /// The value by which a workload is told; equal workloads have equal ones.
    static String encode(PeerMetadata peer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.useDeterministicSerialization();
            NodeMetadata.toStruct(peer).writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("memory takes bytes", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
