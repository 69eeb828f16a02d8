package io.meltemi.agent.grpc;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.agent.SidecarOptions;
import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.bootstrap.ProxyNode.Interception;
import io.meltemi.xds.proto.registry.Health;
import io.meltemi.xds.proto.registry.Instance;
import io.meltemi.xds.proto.registry.Port;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A program that is of the mesh without a proxy. Immutable.
///
/// @param service the name that callers use; the label `app`, unless that is written
/// @param address where its servers are called
/// @param ports on which it is called; empty: it only calls
public record GrpcProgram(
        String service,
        String namespace,
        String serviceAccount,
        Map<String, String> labels,
        String address,
        List<SidecarOptions.Port> ports) {
    /// Istio: the label of an instance that takes mutual TLS.
    private static final String TLS_MODE = "security.istio.io/tlsMode";

    public GrpcProgram {
        Map<String, String> all = new TreeMap<>(labels);
        all.putIfAbsent("app", service);
        labels = Map.copyOf(all);
        ports = List.copyOf(ports);
    }

    private String version() {
        return labels.getOrDefault("version", "");
    }

    private String workload() {
        return version().isEmpty() ? service : service + "-" + version();
    }

    /// As it introduces itself to the control plane.
    Node node(String instance) {
        Node node =
                new ProxyNode(
                                ProxyNode.Kind.SIDECAR,
                                address,
                                instance,
                                workload(),
                                namespace,
                                serviceAccount,
                                service + "." + namespace,
                                labels,
                                Locality.getDefaultInstance(),
                                new Interception.Redirect(),
                                List.of())
                        .toProto();
        Node.Builder out = node.toBuilder();
        out.getMetadataBuilder()
                // Nothing is intercepted.
                .removeFields("INTERCEPTION")
                .putFields("GENERATOR", Value.newBuilder().setStringValue("grpc").build());
        return out.build();
    }

    /// As others find it.
    Instance instance(String name) {
        Instance.Builder out =
                Instance.newBuilder()
                        .setService(service)
                        .setNamespace(namespace)
                        .setServiceAccount(serviceAccount)
                        .setWorkload(name)
                        .setApp(labels.getOrDefault("app", service))
                        .setVersion(version())
                        .putAllLabels(labels)
                        .setAddress(address)
                        .setAcceptsMtls("istio".equals(labels.get(TLS_MODE)))
                        .setHealth(Health.HEALTHY);
        for (SidecarOptions.Port port : ports) {
            out.addPorts(
                    Port.newBuilder()
                            .setName(port.name())
                            .setServicePort(port.servicePort())
                            .setTargetPort(port.targetPort())
                            .setProtocol(port.protocol()));
        }
        return out.build();
    }

    /// A name of this instance; another process of the same service has another.
    String instanceName(long pid) {
        return workload() + "-" + pid;
    }
}
