package io.meltemi.model.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a host is called once routing has chosen it (Istio: `networking.istio.io/v1
/// DestinationRule`). Immutable.
///
/// @param exportTo namespaces whose callers follow it: names, `.` for its own, `*` for all; empty:
///   all
/// @param workloadSelector the callers of its namespace that follow it; absent: all
public record DestinationRule(
        Metadata metadata,
        String host,
        Optional<TrafficPolicy> trafficPolicy,
        List<Subset> subsets,
        List<String> exportTo,
        Optional<WorkloadSelector> workloadSelector)
        implements ConfigResource {
    public DestinationRule {
        subsets = List.copyOf(subsets);
        exportTo = List.copyOf(exportTo);
    }

    @Override
    public Kind kind() {
        return Kind.DESTINATION_RULE;
    }

    /// The endpoints that carry all of the labels.
    ///
    /// @param trafficPolicy replaces the rule's, part by part
    public record Subset(
            String name, Map<String, String> labels, Optional<TrafficPolicy> trafficPolicy) {
        public Subset {
            labels = Map.copyOf(labels);
        }
    }
}
