package io.meltemi.galley.objects;

import io.meltemi.galley.source.ClusterObject;
import io.meltemi.galley.source.ResourceName;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One object as it is kept. Immutable.
///
/// @param version the store's revision that wrote it: its `resourceVersion`
/// @param generation counts the changes of what it says, labels and annotations apart
/// @param from where its writer had it, e.g. `product.yaml:3:1`
/// @param fields as in JSON, without what the store adds
public record StoredObject(
        ResourceName name,
        long version,
        long generation,
        Instant created,
        String from,
        Map<String, Object> fields) {
    public StoredObject {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /// As an API server hands it out: with what the store knows of it.
    ClusterObject toClusterObject() {
        return new ClusterObject(
                String.valueOf(fields.get("apiVersion")),
                name.kind(),
                name.namespace(),
                name.name(),
                Long.toString(version),
                shown());
    }

    /// The fields with the store's own.
    public Map<String, Object> shown() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (fields.get("metadata") instanceof Map<?, ?> written) {
            written.forEach((key, value) -> metadata.put(String.valueOf(key), value));
        }
        metadata.put("creationTimestamp", created.toString());
        metadata.put("generation", generation);
        metadata.put("resourceVersion", Long.toString(version));
        Map<String, Object> shown = new LinkedHashMap<>(fields);
        shown.put("metadata", metadata);
        return shown;
    }

    /// Without the fields, which may hold a private key.
    @Override
    public String toString() {
        return name + "@" + version;
    }
}
