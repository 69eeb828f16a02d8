package io.meltemi.model.config;

import java.util.List;
import java.util.Optional;

/// What some sidecars see of the mesh, and where they are called (Istio: `networking.istio.io/v1
/// Sidecar`). Immutable.
///
/// @param selector the workloads it is for; none: all of its namespace, and from the root namespace
///   all of the mesh
/// @param ingress the ports on which they are called; none: those of services that lead to them
/// @param inboundConnectionPool towards the application; absent: as its service's rule says
/// @param egress the hosts that may be called; none: all
/// @param outboundTrafficPolicy what happens to calls to other hosts; absent: the mesh's
/// @param egressProxy to whom such calls are given, where they are allowed
public record Sidecar(
        Metadata metadata,
        WorkloadSelector selector,
        List<SidecarIngress> ingress,
        Optional<ConnectionPool> inboundConnectionPool,
        List<SidecarEgress> egress,
        Optional<OutboundPolicy> outboundTrafficPolicy,
        Optional<Destination> egressProxy)
        implements ConfigResource {
    public Sidecar {
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
    }

    @Override
    public Kind kind() {
        return Kind.SIDECAR;
    }

    /// Hosts of one namespace or of all.
    ///
    /// @param namespace a name, `*` for all, `.` for the caller's, `~` for none
    /// @param host exact, or with a wildcard in front
    /// @param excluded whether they are left out of what else is imported
    public record ImportedHost(String namespace, String host, boolean excluded) {}
}
