package io.meltemi.agent;

import io.meltemi.agent.bootstrap.ProxyNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What `run` and `gateway` say of a workload. Immutable.
///
/// @param kind a gateway has no application and listens itself
/// @param service the name callers use
/// @param version becomes the label `version`; may be empty
/// @param health see [io.meltemi.agent.supervise.HealthCheck#parse]; empty asks the first port by
///   TCP
/// @param command the application, unmodified
/// @param environment added to the holder's own
/// @param folder the application's working directory
/// @param workloadApi whether the application may ask for its identity
/// @param restart whether an application that failed is started again
public record SidecarOptions(
        ProxyNode.Kind kind,
        String service,
        String version,
        String namespace,
        String serviceAccount,
        Map<String, String> labels,
        List<Port> ports,
        String health,
        List<String> command,
        Map<String, String> environment,
        Path folder,
        Place locality,
        WorkloadApi workloadApi,
        boolean restart) {
    /// One port of the service.
    ///
    /// @param servicePort callers name it
    /// @param targetPort the application listens on it
    /// @param protocol Istio's name, e.g. `http`
    public record Port(String name, int servicePort, int targetPort, String protocol) {
        public Port {
            if (servicePort < 1 || servicePort > 65535 || targetPort < 1 || targetPort > 65535) {
                throw new IllegalArgumentException(
                        "port '"
                                + name
                                + "' "
                                + servicePort
                                + " to "
                                + targetPort
                                + " is not between 1 and 65535");
            }
        }
    }

    /// The SPIFFE Workload API, which the application finds by `SPIFFE_ENDPOINT_SOCKET`.
    public enum WorkloadApi {
        /// For it a socket is opened.
        SERVED,
        /// Where the data plane needs no socket, there is none.
        NOT_SERVED
    }

    /// Where it runs; empty strings when unknown.
    public record Place(String region, String zone, String subZone) {
        public static final Place UNKNOWN = new Place("", "", "");
    }

    public SidecarOptions {
        if (kind == ProxyNode.Kind.SIDECAR && command.isEmpty()) {
            throw new IllegalArgumentException(
                    "service '" + service + "' has no command to run: put it after --");
        }
        Map<String, String> completed = new HashMap<>(labels);
        completed.putIfAbsent("app", service);
        if (!version.isEmpty()) {
            completed.putIfAbsent("version", version);
        }
        labels = Map.copyOf(completed);
        ports = List.copyOf(ports);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// Istio's name of the deployment: `invoice-v1`.
    public String workload() {
        return version.isEmpty() ? service : service + "-" + version;
    }
}
