package io.meltemi.galley.kubernetes;

import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.Metadata;
import io.meltemi.model.config.WorkloadSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An object of Kubernetes that a mesh reads, as far as it does (API of Kubernetes 1.34).
/// Immutable.
public sealed interface KubernetesObject {
    Metadata metadata();

    /// Something that can be called by name.
    ///
    /// @param clusterAddresses none: headless
    /// @param selector its pods; all: its endpoints are written by hand
    record ServiceObject(
            Metadata metadata,
            List<Port> ports,
            List<String> clusterAddresses,
            WorkloadSelector selector)
            implements KubernetesObject {
        public ServiceObject {
            ports = List.copyOf(ports);
            clusterAddresses = List.copyOf(clusterAddresses);
        }

        /// @param target a number or the name of a container's port; absent: the same number
        /// @param appProtocol what is spoken; absent: the name's first part says it
        public record Port(
                String name, int number, Optional<String> target, Optional<String> appProtocol) {}
    }

    /// Where a service is answered: `EndpointSlice`, or `Endpoints` of old.
    record EndpointsObject(
            Metadata metadata, String service, List<Address> addresses, Map<String, Integer> ports)
            implements KubernetesObject {
        public EndpointsObject {
            addresses = List.copyOf(addresses);
            ports = Map.copyOf(ports);
        }

        /// @param pod its name in the same namespace, if it is one
        public record Address(
                String ip, boolean ready, Optional<String> pod, Optional<String> node) {}
    }

    /// One running instance.
    ///
    /// @param ip empty: not running yet
    /// @param ports of its containers that have names
    record PodObject(
            Metadata metadata,
            String ip,
            String serviceAccount,
            Map<String, Integer> ports,
            boolean ready,
            Optional<String> node)
            implements KubernetesObject {
        public PodObject {
            ports = Map.copyOf(ports);
        }
    }

    /// A machine; its labels say where it stands.
    record NodeObject(Metadata metadata) implements KubernetesObject {}

    /// What resources of one owner stand in; gateways choose by its labels.
    record NamespaceObject(Metadata metadata) implements KubernetesObject {}

    /// The ConfigMap `istio`: what holds for the whole mesh.
    ///
    /// @param trustDomain as written
    record MeshConfigObject(Metadata metadata, Optional<String> trustDomain, MeshConfig config)
            implements KubernetesObject {}
}
