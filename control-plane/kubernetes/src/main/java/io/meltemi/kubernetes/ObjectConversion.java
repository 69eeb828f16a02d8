package io.meltemi.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.meltemi.galley.source.ClusterObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Objects of the client library as Galley reads them. Immutable.
final class ObjectConversion {
    /// The whole object once more, as kubectl keeps it.
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private ObjectConversion() {}

    /// Empty when nothing of it is for a mesh.
    static Optional<ClusterObject> of(ServedKind kind, GenericKubernetesResource resource) {
        ObjectMeta metadata = resource.getMetadata();
        return kept(kind, resource)
                .map(kept -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    // Items of a list come without them.
                    fields.put("apiVersion", kind.apiVersion());
                    fields.put("kind", kind.kind());
                    fields.put("metadata", metadata(metadata));
                    fields.putAll(kept);
                    return new ClusterObject(
                            kind.apiVersion(),
                            kind.kind(),
                            text(metadata.getNamespace()),
                            text(metadata.getName()),
                            text(metadata.getUid()) + "/" + text(metadata.getResourceVersion()),
                            fields);
                });
    }

    private static Optional<Map<String, Object>> kept(
            ServedKind kind, GenericKubernetesResource resource) {
        Map<String, Object> fields = resource.getAdditionalProperties();
        if (kind.isCore("Secret")) {
            return KeptEntries.ofSecret(fields);
        }
        if (kind.isCore("ConfigMap")) {
            return KeptEntries.ofConfigMap(text(resource.getMetadata().getName()), fields);
        }
        boolean isLarge = kind.isCore("Pod") || kind.isCore("Node");
        return Optional.of(isLarge ? KeptFields.read(fields) : fields);
    }

    private static Map<String, Object> metadata(ObjectMeta metadata) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", text(metadata.getName()));
        put(fields, "namespace", metadata.getNamespace());
        put(fields, "creationTimestamp", metadata.getCreationTimestamp());
        put(fields, "labels", metadata.getLabels());
        if (metadata.getAnnotations() != null) {
            Map<String, Object> annotations = new LinkedHashMap<>(metadata.getAnnotations());
            annotations.remove(LAST_APPLIED);
            fields.put("annotations", annotations);
        }
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
