package io.meltemi.model.config;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/// What some proxies tell of their requests, and to whom (Istio: `telemetry.istio.io/v1
/// Telemetry`). Immutable.
///
/// @param selector the workloads it is for; none: all of its namespace, and from the root namespace
///   all of the mesh
/// @param targetRefs where there are some, the selector selects nothing
public record Telemetry(
        Metadata metadata,
        WorkloadSelector selector,
        List<TargetRef> targetRefs,
        List<AccessLogging> accessLogging,
        List<Tracing> tracing)
        implements ConfigResource {
    public Telemetry {
        targetRefs = List.copyOf(targetRefs);
        accessLogging = List.copyOf(accessLogging);
        tracing = List.copyOf(tracing);
    }

    @Override
    public Kind kind() {
        return Kind.TELEMETRY;
    }

    /// Which side of a call is meant; a gateway is a client.
    public enum Mode {
        CLIENT_AND_SERVER,
        CLIENT,
        SERVER;

        /// @param side one of the two
        public boolean covers(Mode side) {
            return this == CLIENT_AND_SERVER || this == side;
        }
    }

    /// @param providers by name; none: those of the level above
    /// @param disabled whether they are told nothing
    public record AccessLogging(List<String> providers, Mode mode, boolean disabled) {
        public AccessLogging {
            providers = List.copyOf(providers);
        }
    }

    /// What is absent is as on the level above.
    ///
    /// @param providers by name; the first counts
    /// @param samplingPercent 0 to 100
    /// @param disableSpanReporting whether no span is reported
    /// @param customTags all of them, in place of those above
    /// @param enableIstioTags whether spans say what Istio says of a workload
    public record Tracing(
            List<String> providers,
            Mode mode,
            OptionalDouble samplingPercent,
            Optional<Boolean> disableSpanReporting,
            Optional<SortedMap<String, CustomTag>> customTags,
            Optional<Boolean> enableIstioTags) {
        public Tracing {
            providers = List.copyOf(providers);
            customTags = customTags.map(t -> Collections.unmodifiableSortedMap(new TreeMap<>(t)));
        }
    }

    /// Where a span's tag gets its value from.
    public sealed interface CustomTag {
        record Literal(String value) implements CustomTag {}

        /// @param otherwise the value where the request has no such header; absent: no tag
        record Header(String name, Optional<String> otherwise) implements CustomTag {}

        /// @param name of a variable of the proxy's
        record Environment(String name, Optional<String> otherwise) implements CustomTag {}
    }
}
