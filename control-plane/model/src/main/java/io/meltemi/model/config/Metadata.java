package io.meltemi.model.config;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Name, place and labels of a resource. Immutable.
///
/// @param annotations only those that change what the resource does
/// @param created when it was made, as an API server notes it; what stands in files has no age
public record Metadata(
        String name,
        String namespace,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<Instant> created) {
    public Metadata {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /// Without an age.
    public Metadata(
            String name,
            String namespace,
            Map<String, String> labels,
            Map<String, String> annotations) {
        this(name, namespace, labels, annotations, Optional.empty());
    }

    /// Without annotations.
    public Metadata(String name, String namespace, Map<String, String> labels) {
        this(name, namespace, labels, Map.of());
    }
}
