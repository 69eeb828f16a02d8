package io.meltemi.model.config;

import java.util.Map;

/// Which workloads a resource is for. Immutable.
///
/// @param matchLabels all must be there with these values; none selects every workload in scope
public record WorkloadSelector(Map<String, String> matchLabels) {
    public static final WorkloadSelector ALL = new WorkloadSelector(Map.of());

    public WorkloadSelector {
        matchLabels = Map.copyOf(matchLabels);
    }

    public boolean selects(Map<String, String> labels) {
        return labels.entrySet().containsAll(matchLabels.entrySet());
    }

    public boolean selectsAll() {
        return matchLabels.isEmpty();
    }
}
