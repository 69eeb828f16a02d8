package io.meltemi.model.service;

import io.meltemi.base.identity.SpiffeId;
import java.util.Map;

/// One running instance of an application and who it is. Immutable.
///
/// @param name unique in its namespace, e.g. `product-v1-1`
/// @param app what the instances of one program share, e.g. `product` (label `app`)
/// @param version label `version`, or empty
/// @param address its IP
public record Workload(
        String name,
        String namespace,
        String app,
        String version,
        Map<String, String> labels,
        SpiffeId identity,
        String address,
        Locality locality) {
    public Workload {
        labels = Map.copyOf(labels);
    }
}
