package io.meltemi.model.config;

import java.util.HashMap;
import java.util.Map;

/// An instance that no registration brings, such as a machine outside (Istio:
/// `networking.istio.io/v1 WorkloadEntry`). Service entries of its namespace select it by its
/// labels. Immutable.
public record WorkloadEntry(Metadata metadata, WorkloadSpec spec) implements ConfigResource {
    @Override
    public Kind kind() {
        return Kind.WORKLOAD_ENTRY;
    }

    /// By which it is selected.
    ///
    /// Istio: those of the resource win over those of the spec.
    public Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(spec.labels());
        labels.putAll(metadata.labels());
        return labels;
    }
}
