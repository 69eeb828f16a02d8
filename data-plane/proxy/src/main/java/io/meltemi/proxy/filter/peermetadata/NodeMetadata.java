package io.meltemi.proxy.filter.peermetadata;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.observe.PeerMetadata;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A workload in the words of a node's metadata, in which proxies tell of it. Immutable: pure
/// functions.
public final class NodeMetadata {
    private static final String OWNER_PREFIX = "kubernetes://apis/apps/v1/namespaces/";
    private static final String CANONICAL_NAME = "service.istio.io/canonical-name";
    private static final String CANONICAL_REVISION = "service.istio.io/canonical-revision";
    private static final Set<String> USUAL_LABELS =
            Set.of(
                    CANONICAL_NAME,
                    CANONICAL_REVISION,
                    "app",
                    "app.kubernetes.io/name",
                    "version",
                    "app.kubernetes.io/version");
    private static final Set<String> TYPES = Set.of("pod", "deployment", "job", "cronjob");

    private NodeMetadata() {}

    /// This proxy's own workload.
    ///
    /// @param additional names of labels that are told beside the usual ones
    public static PeerMetadata of(Node node, Set<String> additional) {
        return read(node.getMetadata(), node.getLocality(), additional);
    }

    /// Of what a peer sent.
    ///
    /// @param additional names of labels that are kept beside the usual ones
    public static PeerMetadata of(Struct metadata, Set<String> additional) {
        return read(metadata, Locality.getDefaultInstance(), additional);
    }

    private static PeerMetadata read(Struct metadata, Locality locality, Set<String> additional) {
        Struct labels =
                metadata.getFieldsOrDefault("LABELS", Value.getDefaultInstance()).getStructValue();
        SortedMap<String, String> kept = new TreeMap<>();
        for (String name : additional) {
            if (labels.containsFields(name) && !USUAL_LABELS.contains(name)) {
                kept.put(name, Values.text(labels, name));
            }
        }
        String workload = Values.text(metadata, "WORKLOAD_NAME");
        return new PeerMetadata(
                Values.text(metadata, "NAME"),
                Values.text(metadata, "CLUSTER_ID"),
                Values.text(metadata, "NAMESPACE"),
                workload,
                Values.text(labels, CANONICAL_NAME),
                Values.text(labels, CANONICAL_REVISION),
                either(Values.text(labels, "app.kubernetes.io/name"), Values.text(labels, "app")),
                either(
                        Values.text(labels, "app.kubernetes.io/version"),
                        Values.text(labels, "version")),
                type(Values.text(metadata, "OWNER"), workload),
                Values.text(metadata, "IDENTITY"),
                either(Values.text(metadata, "REGION"), locality.getRegion()),
                either(Values.text(metadata, "AVAILABILITY_ZONE"), locality.getZone()),
                kept);
    }

    /// Of what stands for an endpoint without a proxy (`istio.workload` of its metadata):
    /// `workload;namespace;canonical name;canonical revision;cluster`. Null when it is not that.
    public static @Nullable PeerMetadata ofEndpoint(String encoded) {
        String[] parts = encoded.split(";", -1);
        return parts.length < 5
                ? null
                : new PeerMetadata(
                        "",
                        parts[4],
                        parts[1],
                        parts[0],
                        parts[2],
                        parts[3],
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        new TreeMap<>());
    }

    /// The message by which a workload is told to others.
    public static Struct toStruct(PeerMetadata peer) {
        Struct.Builder labels = Struct.newBuilder();
        put(labels, CANONICAL_NAME, peer.canonicalName());
        put(labels, CANONICAL_REVISION, peer.canonicalRevision());
        put(labels, "app", peer.app());
        put(labels, "version", peer.version());
        peer.labels().forEach((name, value) -> labels.putFields(name, text(value)));
        Struct.Builder all = Struct.newBuilder();
        put(all, "NAME", peer.instance());
        put(all, "NAMESPACE", peer.namespace());
        put(all, "WORKLOAD_NAME", peer.workload());
        put(all, "CLUSTER_ID", peer.cluster());
        put(all, "IDENTITY", peer.identity());
        all.putFields("LABELS", Value.newBuilder().setStructValue(labels).build());
        if (!peer.type().isEmpty()) {
            String owner = peer.namespace() + "/" + peer.type() + "s/" + peer.workload();
            put(all, "OWNER", OWNER_PREFIX + owner);
        }
        put(all, "REGION", peer.region());
        put(all, "AVAILABILITY_ZONE", peer.zone());
        return all.build();
    }

    /// `.../deployments/cart-v1` is a deployment.
    private static String type(String owner, String workload) {
        int end = owner.length() - workload.length() - 2;
        if (end <= 0) {
            return "";
        }
        String kind = owner.substring(owner.lastIndexOf('/', end - 1) + 1, end);
        return TYPES.contains(kind) ? kind : "";
    }

    private static Value text(String value) {
        return Value.newBuilder().setStringValue(value).build();
    }

    private static String either(String first, String second) {
        return first.isEmpty() ? second : first;
    }

    private static void put(Struct.Builder to, String name, String value) {
        if (!value.isEmpty()) {
            to.putFields(name, text(value));
        }
    }
}
