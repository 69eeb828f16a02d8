package io.meltemi.pilot.scope;

import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Workload;
import java.util.Map;
import java.util.TreeMap;

/// The labels by which subsets and selectors find a workload. Thread-safe: stateless.
public final class WorkloadLabels {
    private static final String REGION = "topology.kubernetes.io/region";

    private static final String ZONE = "topology.kubernetes.io/zone";

    private static final String SUBZONE = "topology.istio.io/subzone";

    private WorkloadLabels() {}

    /// Its labels; `app` and `version` count as labels wherever they were told.
    public static Map<String, String> of(Workload workload) {
        Map<String, String> labels = new TreeMap<>(workload.labels());
        labels.putIfAbsent("app", workload.app());
        if (!workload.version().isEmpty()) {
            labels.putIfAbsent("version", workload.version());
        }
        return placed(labels, workload.locality());
    }

    /// Istio: where something stands counts as labels too.
    static Map<String, String> placed(Map<String, String> own, Locality locality) {
        Map<String, String> labels = new TreeMap<>(own);
        put(labels, REGION, locality.region());
        put(labels, ZONE, locality.zone());
        put(labels, SUBZONE, locality.subZone());
        return labels;
    }

    private static void put(Map<String, String> labels, String key, String value) {
        if (!value.isEmpty()) {
            labels.put(key, value);
        }
    }
}
