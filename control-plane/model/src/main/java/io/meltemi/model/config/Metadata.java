package io.meltemi.model.config;

import java.util.Map;

/// Name, place and labels of a resource. Immutable.
public record Metadata(String name, String namespace, Map<String, String> labels) {
    public Metadata {
        labels = Map.copyOf(labels);
    }
}
