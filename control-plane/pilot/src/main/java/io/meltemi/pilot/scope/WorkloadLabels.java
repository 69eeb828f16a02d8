package io.meltemi.pilot.scope;

import io.meltemi.model.service.Workload;
import java.util.Map;
import java.util.TreeMap;

/// The labels by which subsets and selectors find a workload. Thread-safe: stateless.
public final class WorkloadLabels {
    private WorkloadLabels() {}

    /// Its labels; `app` and `version` count as labels wherever they were told.
    public static Map<String, String> of(Workload workload) {
        Map<String, String> labels = new TreeMap<>(workload.labels());
        labels.putIfAbsent("app", workload.app());
        if (!workload.version().isEmpty()) {
            labels.putIfAbsent("version", workload.version());
        }
        return labels;
    }
}
