package io.meltemi.kubernetes;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/// A kind as the API server serves it: the one request that its objects are asked for with.
/// Immutable.
///
/// @param plural as it stands in paths, e.g. `virtualservices`
record ServedKind(String group, String version, String kind, String plural, boolean namespaced) {
    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /// Whether it is that kind of Kubernetes' own.
    boolean isCore(String name) {
        return group.isEmpty() && kind.equals(name);
    }

    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }

    @Override
    public String toString() {
        return plural + (group.isEmpty() ? "" : "." + group) + "/" + version;
    }
}
