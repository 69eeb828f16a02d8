package io.meltemi.pilot.patch;

import io.meltemi.model.config.EnvoyFilter.Context;
import io.meltemi.model.config.Gateway;
import io.meltemi.pilot.scope.InboundPort;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.translate.ClusterNames;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What must be known of a proxy to choose its patches. Immutable.
///
/// @param services by the name of an inbound cluster, the hosts of those behind it
/// @param gatewayPorts by a port of a gateway's workload, the numbers that servers call it by
public record PatchedProxy(
        ProxyNode node,
        Map<String, Set<String>> services,
        Map<Integer, Set<Integer>> gatewayPorts) {
    public PatchedProxy {
        services = Map.copyOf(services);
        gatewayPorts = Map.copyOf(gatewayPorts);
    }

    /// What a mesh knows of a proxy.
    public static PatchedProxy of(MeshView mesh, ProxyNode node) {
        Map<String, Set<String>> services = new HashMap<>();
        for (InboundPort port : mesh.inboundPorts(node)) {
            services.put(
                    ClusterNames.inbound(port.number()),
                    Set.of(port.service().hostname().toString()));
        }
        Map<Integer, Set<Integer>> ports = new HashMap<>();
        if (node.type() == ProxyNode.Type.ROUTER) {
            for (Gateway gateway : mesh.gateways(node)) {
                for (Gateway.Server server : gateway.servers()) {
                    int number = server.port().number();
                    ports.computeIfAbsent(mesh.listenedPort(node, number), _ -> new HashSet<>())
                            .add(number);
                }
            }
        }
        return new PatchedProxy(node, services, ports);
    }

    /// @param ofSidecar the direction, if it is one
    Context context(Context ofSidecar) {
        return switch (node.type()) {
            case SIDECAR, GRPC -> ofSidecar;
            case ROUTER -> Context.GATEWAY;
        };
    }

    Set<String> servicesOf(String cluster) {
        return services.getOrDefault(cluster, Set.of());
    }

    /// Whether it can be told that a patch does nothing here: nobody is known to call a sidecar
    /// whose instances are registered later.
    boolean canJudge(Patch patch) {
        return node.type() == ProxyNode.Type.ROUTER
                || patch.written().value().match().context() != Context.SIDECAR_INBOUND
                || !services.isEmpty();
    }
}
