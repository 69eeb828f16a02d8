package io.meltemi.model.config;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// A service outside the mesh's own that proxies call on the way (Istio:
/// `MeshConfig.extensionProviders`). Immutable.
///
/// @param name by which policies ask for it
public record ExtensionProvider(String name, Role role) {
    /// What it does, and how it is called.
    public sealed interface Role {}

    /// Decides about requests, and maybe connections.
    public sealed interface Deciding extends Role {
        Target target();
    }

    /// Is told of requests and connections.
    public sealed interface Logging extends Role {
        /// Whom a proxy calls for that; empty: nobody.
        Optional<Target> callee();
    }

    /// Gets spans.
    public sealed interface Tracing extends Role {
        Target target();
    }

    /// Prometheus, which asks proxies for the mesh's standard metrics.
    public record Metrics() implements Role {}

    /// `envoyFileAccessLog`.
    ///
    /// @param omitEmptyValues whether what is not there is left out of a line
    public record FileLog(AccessLogFile file, boolean omitEmptyValues) implements Logging {
        @Override
        public Optional<Target> callee() {
            return Optional.empty();
        }
    }

    /// Envoy's own log service (`envoyHttpAls`, `envoyTcpAls`).
    ///
    /// @param logName absent: Istio's
    /// @param requestHeaders that are told besides
    public record GrpcLog(
            Target target,
            Entries of,
            Optional<String> logName,
            List<String> requestHeaders,
            List<String> responseHeaders,
            List<String> responseTrailers)
            implements Logging {
        /// What one entry is about.
        public enum Entries {
            REQUESTS,
            CONNECTIONS
        }

        public GrpcLog {
            requestHeaders = List.copyOf(requestHeaders);
            responseHeaders = List.copyOf(responseHeaders);
            responseTrailers = List.copyOf(responseTrailers);
        }

        @Override
        public Optional<Target> callee() {
            return Optional.of(target);
        }
    }

    /// `envoyOtelAls`.
    ///
    /// @param logName absent: Istio's
    /// @param text absent: Istio's line
    /// @param labels attributes of each record, in Envoy's operators
    public record OpenTelemetryLog(
            Target target,
            Optional<String> logName,
            Optional<String> text,
            SortedMap<String, String> labels)
            implements Logging {
        public OpenTelemetryLog {
            labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        }

        @Override
        public Optional<Target> callee() {
            return Optional.of(target);
        }
    }

    /// `opentelemetry`, over gRPC.
    public record OpenTelemetryTracer(Target target) implements Tracing {}

    /// `zipkin`.
    ///
    /// @param path absent: /api/v2/spans
    /// @param longIds whether trace ids have 128 bits
    public record ZipkinTracer(Target target, Optional<String> path, boolean longIds)
            implements Tracing {}

    /// A service of the mesh.
    ///
    /// @param namespace empty: whichever has the host, if it is only one
    /// @param host its full name
    public record Target(Optional<String> namespace, String host, int port) {}

    /// Decides about requests and connections (`envoyExtAuthzGrpc`).
    public record GrpcAuthorizer(Target target, Authorizing authorizing) implements Deciding {}

    /// Decides about requests (`envoyExtAuthzHttp`): 200 lets one pass, and any other answer is the
    /// caller's. Names of headers may be exact, `prefix*` or `*suffix`.
    ///
    /// @param pathPrefix put before the request's path when it is asked
    /// @param headersInCheck of the request that it is shown
    /// @param additionalHeadersInCheck that it is shown besides
    /// @param headersToUpstreamOnAllow of its answer, for the service
    /// @param headersToDownstreamOnDeny of its answer, for the caller
    /// @param headersToDownstreamOnAllow of its answer, for the caller
    public record HttpAuthorizer(
            Target target,
            Authorizing authorizing,
            Optional<String> pathPrefix,
            List<String> headersInCheck,
            SortedMap<String, String> additionalHeadersInCheck,
            List<String> headersToUpstreamOnAllow,
            List<String> headersToDownstreamOnDeny,
            List<String> headersToDownstreamOnAllow)
            implements Deciding {
        public HttpAuthorizer {
            headersInCheck = List.copyOf(headersInCheck);
            additionalHeadersInCheck =
                    Collections.unmodifiableSortedMap(new TreeMap<>(additionalHeadersInCheck));
            headersToUpstreamOnAllow = List.copyOf(headersToUpstreamOnAllow);
            headersToDownstreamOnDeny = List.copyOf(headersToDownstreamOnDeny);
            headersToDownstreamOnAllow = List.copyOf(headersToDownstreamOnAllow);
        }
    }

    /// What both ways of asking have.
    ///
    /// @param timeout of an answer; absent: 600 s
    /// @param failOpen whether a request passes that nobody decides about
    /// @param clearRouteCache whether the route is looked for again after the answer
    /// @param statusOnError what a caller gets when nobody decides; absent: 403
    /// @param body how much of the request's body is shown; absent: nothing
    public record Authorizing(
            Optional<Duration> timeout,
            boolean failOpen,
            boolean clearRouteCache,
            OptionalInt statusOnError,
            Optional<RequestBody> body) {}

    /// @param maxBytes that are waited for
    /// @param allowPartial whether a longer body is cut; else it is refused with 413
    /// @param packAsBytes whether it need not be UTF-8
    public record RequestBody(int maxBytes, boolean allowPartial, boolean packAsBytes) {}
}
