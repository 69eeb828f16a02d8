package io.meltemi.galley.source;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a document is called, of whatever kind. Immutable.
///
/// @param group API group; empty for the core of Kubernetes
/// @param namespace empty where the kind has none
public record ResourceName(String group, String kind, String namespace, String name)
        implements Comparable<ResourceName> {
    /// Where a document stands that names no namespace.
    public static final String DEFAULT_NAMESPACE = "default";

    private static final Set<String> WITHOUT_NAMESPACE =
            Set.of("Namespace", "Node", "GatewayClass");

    private static final Comparator<ResourceName> ORDER =
            Comparator.comparing(ResourceName::kind)
                    .thenComparing(ResourceName::group)
                    .thenComparing(ResourceName::namespace)
                    .thenComparing(ResourceName::name);

    /// @param namespace counts only for a kind that has one
    public static ResourceName of(String apiVersion, String kind, String namespace, String name) {
        int slash = apiVersion.indexOf('/');
        return new ResourceName(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                kind,
                WITHOUT_NAMESPACE.contains(kind) ? "" : namespace,
                name);
    }

    /// The name in the fields of a document; nothing where kind or name are missing.
    public static Optional<ResourceName> of(Map<String, Object> fields) {
        if (!(fields.get("apiVersion") instanceof String apiVersion)
                || !(fields.get("kind") instanceof String kind)
                || !(fields.get("metadata") instanceof Map<?, ?> metadata)
                || !(metadata.get("name") instanceof String name)
                || name.isEmpty()) {
            return Optional.empty();
        }
        String namespace =
                metadata.get("namespace") instanceof String written && !written.isEmpty()
                        ? written
                        : DEFAULT_NAMESPACE;
        return Optional.of(of(apiVersion, kind, namespace, name));
    }

    @Override
    public int compareTo(ResourceName other) {
        return ORDER.compare(this, other);
    }

    /// As in findings about objects: `VirtualService/shop/product`.
    @Override
    public String toString() {
        return namespace.isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
    }
}
