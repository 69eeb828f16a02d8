package io.meltemi.pilot.translate.endpoint;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.meltemi.model.config.WorkloadSpec;
import io.meltemi.model.service.Workload;
import io.meltemi.pilot.scope.PortEndpoint;
import io.meltemi.pilot.translate.ConfigMetadata;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.cluster.ClusterTranslation;
import io.meltemi.pilot.translate.endpoint.EndpointGroups.Group;

/// The instances of a service as a load assignment, by locality. Thread-safe: pure.
public final class EndpointTranslation {
    private EndpointTranslation() {}

    public static ClusterLoadAssignment translate(EndpointInput input) {
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(input.cluster());
        EndpointGroups.of(input).forEach(group -> assignment.addEndpoints(locality(group, input)));
        return assignment.build();
    }

    private static LocalityLbEndpoints.Builder locality(Group group, EndpointInput input) {
        LocalityLbEndpoints.Builder out =
                LocalityLbEndpoints.newBuilder()
                        .setLocality(
                                Locality.newBuilder()
                                        .setRegion(group.locality().region())
                                        .setZone(group.locality().zone())
                                        .setSubZone(group.locality().subZone()))
                        .setLoadBalancingWeight(Protos.uint32(group.weight()))
                        .setPriority(group.priority());
        group.endpoints().forEach(e -> out.addLbEndpoints(endpoint(e, input.tellsTlsMode())));
        return out;
    }

    private static LbEndpoint endpoint(PortEndpoint endpoint, boolean tellsTlsMode) {
        Workload workload = endpoint.workload();
        Metadata.Builder metadata = Metadata.newBuilder();
        if (tellsTlsMode && endpoint.mutualTls()) {
            metadata.putFilterMetadata(
                    "envoy.transport_socket_match",
                    Struct.newBuilder()
                            .putFields(ClusterTranslation.TLS_MODE, Protos.text("istio"))
                            .build());
        }
        metadata.putFilterMetadata(
                ConfigMetadata.FILTER,
                Struct.newBuilder().putFields("workload", Protos.text(label(workload))).build());
        return LbEndpoint.newBuilder()
                .setEndpoint(
                        Endpoint.newBuilder()
                                .setAddress(address(workload.address(), endpoint.port())))
                .setHealthStatus(
                        switch (endpoint.health()) {
                            case HEALTHY -> HealthStatus.HEALTHY;
                            case UNHEALTHY -> HealthStatus.UNHEALTHY;
                            case DRAINING -> HealthStatus.DRAINING;
                        })
                .setLoadBalancingWeight(Protos.uint32(endpoint.weight()))
                .setMetadata(metadata)
                .build();
    }

    private static Address address(String written, int port) {
        return written.startsWith(WorkloadSpec.UNIX)
                ? Protos.pipe(written.substring(WorkloadSpec.UNIX.length()))
                : Protos.address(written, port);
    }

    /// Istio: `name;namespace;canonical name;canonical revision;cluster`.
    private static String label(Workload workload) {
        return String.join(
                ";", workload.name(), workload.namespace(), workload.app(), workload.version(), "");
    }
}
