package io.meltemi.model.config;

/// What a resource is called: unique in one snapshot. Immutable.
public record ResourceKey(Kind kind, String namespace, String name)
        implements Comparable<ResourceKey> {
    @Override
    public int compareTo(ResourceKey other) {
        int byKind = kind.compareTo(other.kind);
        if (byKind != 0) {
            return byKind;
        }
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return kind.kindName() + "/" + namespace + "/" + name;
    }
}
