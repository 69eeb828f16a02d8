package io.meltemi.model.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A service written down by hand (Istio: `networking.istio.io/v1 ServiceEntry`, resolution
/// STATIC). Immutable.
public record ServiceEntry(
        Metadata metadata,
        List<String> hosts,
        List<String> addresses,
        List<Port> ports,
        Location location,
        List<WorkloadEntry> endpoints)
        implements ConfigResource {
    public ServiceEntry {
        hosts = List.copyOf(hosts);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    @Override
    public Kind kind() {
        return Kind.SERVICE_ENTRY;
    }

    public enum Location {
        MESH_EXTERNAL,
        MESH_INTERNAL
    }

    /// @param targetPort absent: the same as number
    public record Port(int number, String name, String protocol, OptionalInt targetPort) {}

    /// @param ports by port name; a port that is not listed is the service's
    /// @param locality `region/zone/subzone`
    public record WorkloadEntry(
            String address,
            Map<String, Integer> ports,
            Map<String, String> labels,
            Optional<String> locality,
            int weight,
            Optional<String> serviceAccount) {
        public WorkloadEntry {
            ports = Map.copyOf(ports);
            labels = Map.copyOf(labels);
        }
    }
}
