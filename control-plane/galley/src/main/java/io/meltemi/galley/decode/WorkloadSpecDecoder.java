package io.meltemi.galley.decode;

import io.meltemi.model.config.WorkloadSpec;

/// Reads what `WorkloadEntry`, endpoints and templates have in common. Immutable.
final class WorkloadSpecDecoder {
    private WorkloadSpecDecoder() {}

    static WorkloadSpec decode(ObjectReader spec) {
        return new WorkloadSpec(
                spec.string("address").filter(a -> !a.isEmpty()),
                spec.string("network").filter(n -> !n.isEmpty()),
                spec.integerMap("ports"),
                spec.stringMap("labels"),
                spec.string("locality").filter(l -> !l.isEmpty()),
                // Istio: no weight and 0 both mean an equal share.
                Math.max(1, spec.integer("weight").orElse(1)),
                spec.string("serviceAccount").filter(s -> !s.isEmpty()));
    }
}
