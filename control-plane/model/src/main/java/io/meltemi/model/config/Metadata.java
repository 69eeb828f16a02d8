package io.meltemi.model.config;

import java.util.Map;

/// Name, place and labels of a resource. Immutable.
///
/// @param annotations only those that change what the resource does
public record Metadata(
        String name,
        String namespace,
        Map<String, String> labels,
        Map<String, String> annotations) {
    public Metadata {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /// Without annotations.
    public Metadata(String name, String namespace, Map<String, String> labels) {
        this(name, namespace, labels, Map.of());
    }
}
