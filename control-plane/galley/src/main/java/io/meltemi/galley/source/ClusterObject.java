package io.meltemi.galley.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One object as an API server holds it, e.g. of Kubernetes. Immutable.
///
/// @param namespace empty where the kind has none
/// @param version changes with every change of the object; of equal names and versions the fields
///   are the same, so that these are not compared
/// @param fields as in JSON: texts, numbers, true and false, lists, and maps of texts
public record ClusterObject(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        String version,
        Map<String, Object> fields) {
    public ClusterObject {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /// What findings call it, e.g. `VirtualService/shop/product`.
    public String path() {
        return namespace.isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
    }

    /// Without the fields, which may hold a private key.
    @Override
    public String toString() {
        return path() + "@" + version;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterObject that
                && name.equals(that.name)
                && version.equals(that.version)
                && namespace.equals(that.namespace)
                && kind.equals(that.kind)
                && apiVersion.equals(that.apiVersion);
    }

    @Override
    public int hashCode() {
        return (name.hashCode() * 31 + version.hashCode()) * 31 + namespace.hashCode();
    }
}
