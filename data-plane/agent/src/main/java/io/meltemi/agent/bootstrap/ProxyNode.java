package io.meltemi.agent.bootstrap;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Who a proxy says it is, in Istio's shape. Immutable. A claim: what counts is the certificate.
///
/// @param name of this instance: its pod's
/// @param workload Istio's name of the deployment
/// @param cluster e.g. `invoice.shop`; Istio's service-cluster
/// @param locality region, zone, sub-zone; empty strings when unknown
/// @param capabilities what a stock Envoy cannot do and this data plane can; empty for Envoy
public record ProxyNode(
        Kind kind,
        String address,
        String name,
        String workload,
        String namespace,
        String serviceAccount,
        String cluster,
        Map<String, String> labels,
        Locality locality,
        Interception interception,
        List<String> capabilities) {
    /// Istio's node types.
    public enum Kind {
        SIDECAR("sidecar"),
        GATEWAY("router");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /// How the application's calls reach the proxy.
    public sealed interface Interception {
        /// The pod's rules redirect everything.
        record Redirect() implements Interception {}

        /// The application asks a forward proxy.
        ///
        /// @param outbound `HOST:PORT` of the forward proxy
        /// @param inbound `HOST:PORT` that peers connect to
        /// @param applicationPort on loopback
        record Explicit(String outbound, String inbound, int applicationPort)
                implements Interception {}
    }

    public ProxyNode {
        labels = Map.copyOf(labels);
        capabilities = List.copyOf(capabilities);
    }

    /// `sidecar~10.77.0.2~invoice-v1.shop~shop.svc.cluster.local`.
    public String id() {
        return String.join(
                "~", kind.word, address, name + "." + namespace, namespace + ".svc.cluster.local");
    }

    /// As the bootstrap carries it.
    public Node toProto() {
        Struct.Builder metadata =
                Struct.newBuilder()
                        .putFields("NAMESPACE", text(namespace))
                        .putFields("WORKLOAD_NAME", text(workload))
                        .putFields("SERVICE_ACCOUNT", text(serviceAccount))
                        .putFields("INSTANCE_IPS", text(address));
        Struct.Builder labelFields = Struct.newBuilder();
        new TreeMap<>(labels).forEach((key, value) -> labelFields.putFields(key, text(value)));
        metadata.putFields("LABELS", Value.newBuilder().setStructValue(labelFields).build());
        switch (interception) {
            case Interception.Redirect _ -> metadata.putFields("INTERCEPTION", text("REDIRECT"));
            case Interception.Explicit(var outbound, var inbound, var port) ->
                    metadata.putFields("INTERCEPTION", text("EXPLICIT"))
                            .putFields("EXPLICIT_OUTBOUND", text(outbound))
                            .putFields("EXPLICIT_INBOUND", text(inbound))
                            .putFields("EXPLICIT_APP_PORT", text(Integer.toString(port)));
        }
        if (!capabilities.isEmpty()) {
            ListValue.Builder list = ListValue.newBuilder();
            capabilities.forEach(capability -> list.addValues(text(capability)));
            metadata.putFields(
                    "MELTEMI_CAPABILITIES", Value.newBuilder().setListValue(list).build());
        }
        return Node.newBuilder()
                .setId(id())
                .setCluster(cluster)
                .setLocality(locality)
                .setMetadata(metadata)
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
