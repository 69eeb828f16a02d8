package io.meltemi.registry.catalog;

import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import java.util.List;

/// What an agent says of the application it lives with. Immutable.
///
/// @param service the first label of the service's host name, e.g. `invoice`; empty for a workload
///   that only calls others
/// @param acceptsMtls a sidecar stands before it
public record Registration(
        String service, Workload workload, List<Port> ports, boolean acceptsMtls) {
    public Registration {
        ports = List.copyOf(ports);
    }

    /// @param port what callers use
    /// @param targetPort what the workload listens on
    public record Port(ServicePort port, int targetPort) {
        public Port {
            if (targetPort < 1 || targetPort > 65535) {
                throw new IllegalArgumentException(
                        "target port "
                                + targetPort
                                + " of port "
                                + port.name()
                                + " is not between 1 and 65535");
            }
        }
    }

    /// What stays the same when a workload registers again.
    public Key key() {
        return new Key(workload.namespace(), workload.name());
    }

    /// One workload; its name is unique in its namespace.
    public record Key(String namespace, String workload) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byNamespace = namespace.compareTo(other.namespace);
            return byNamespace != 0 ? byNamespace : workload.compareTo(other.workload);
        }
    }
}
