package io.meltemi.model.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What instances that register themselves have in common (Istio: `networking.istio.io/v1
/// WorkloadGroup`). Immutable.
///
/// @param labels that their WorkloadEntries get
/// @param annotations that their WorkloadEntries get
/// @param template what their WorkloadEntries say, but for the address
/// @param probe how it is found out whether one is ready
public record WorkloadGroup(
        Metadata metadata,
        Map<String, String> labels,
        Map<String, String> annotations,
        WorkloadSpec template,
        Optional<ReadinessProbe> probe)
        implements ConfigResource {
    public WorkloadGroup {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    @Override
    public Kind kind() {
        return Kind.WORKLOAD_GROUP;
    }

    /// Times are in seconds; absent ones are those of Kubernetes.
    ///
    /// @param method absent where none is written, which is an error
    public record ReadinessProbe(
            OptionalInt initialDelaySeconds,
            OptionalInt timeoutSeconds,
            OptionalInt periodSeconds,
            OptionalInt successThreshold,
            OptionalInt failureThreshold,
            Optional<Method> method) {}

    /// What is asked, and what answers well.
    public sealed interface Method {}

    /// A status from 200 to 399.
    ///
    /// @param scheme HTTP or HTTPS; empty: HTTP
    public record HttpGet(
            String path, int port, String host, String scheme, List<Header> httpHeaders)
            implements Method {
        public HttpGet {
            httpHeaders = List.copyOf(httpHeaders);
        }
    }

    public record Header(String name, String value) {}

    /// A connection.
    public record TcpSocket(String host, int port) implements Method {}

    /// Exit status 0.
    public record Exec(List<String> command) implements Method {
        public Exec {
            command = List.copyOf(command);
        }
    }

    /// SERVING, by gRPC's health protocol.
    public record Grpc(OptionalInt port, String service) implements Method {}
}
