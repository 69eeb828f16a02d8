package io.meltemi.model.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A service written down by hand (Istio: `networking.istio.io/v1 ServiceEntry`). Immutable.
///
/// @param addresses that callers connect to: addresses or blocks of them; none: one is chosen for
///   names that can be resolved
/// @param exportTo namespaces that see it: names, `.` for its own, `*` for all; empty: all
/// @param workloadSelector the instances of its namespace that it stands for, instead of endpoints
/// @param subjectAltNames names in certificates that may answer, besides those of the endpoints
public record ServiceEntry(
        Metadata metadata,
        List<String> hosts,
        List<String> addresses,
        List<Port> ports,
        Location location,
        Resolution resolution,
        List<WorkloadSpec> endpoints,
        Optional<WorkloadSelector> workloadSelector,
        List<String> exportTo,
        List<String> subjectAltNames)
        implements ConfigResource {
    /// Turns the choice of an address off (Istio's label of a resource).
    private static final String CHOOSE_ADDRESS = "networking.istio.io/enable-autoallocate-ip";

    public ServiceEntry {
        hosts = List.copyOf(hosts);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
        exportTo = List.copyOf(exportTo);
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    @Override
    public Kind kind() {
        return Kind.SERVICE_ENTRY;
    }

    /// Whether its hosts get addresses of their own, as nobody wrote any.
    ///
    /// Istio: not with resolution NONE, where the called address decides where calls go.
    public boolean wantsAddress() {
        return addresses.isEmpty()
                && resolution != Resolution.NONE
                && !"false".equalsIgnoreCase(metadata.labels().get(CHOOSE_ADDRESS));
    }

    public enum Location {
        MESH_EXTERNAL,
        MESH_INTERNAL
    }

    /// How the instances are found.
    public enum Resolution {
        /// Not at all: calls go to the address that was called.
        NONE,
        /// They are written down.
        STATIC,
        /// By DNS: all addresses of a name share the calls.
        DNS,
        /// By DNS: new connections go to the first address, old ones stay.
        DNS_ROUND_ROBIN;

        /// Whether the proxy asks DNS.
        public boolean isDns() {
            return this == DNS || this == DNS_ROUND_ROBIN;
        }
    }

    /// @param targetPort absent: the same as number
    public record Port(int number, String name, String protocol, OptionalInt targetPort) {
        /// The port of instances that say nothing else.
        public int target() {
            return targetPort.orElse(number);
        }
    }
}
