package io.meltemi.galley.decode;

import java.util.Arrays;
import java.util.Optional;

/// The kinds of Kubernetes that a mesh reads, with their API groups.
enum KubernetesKind {
    SERVICE("", "Service"),
    ENDPOINTS("", "Endpoints"),
    ENDPOINT_SLICE("discovery.k8s.io", "EndpointSlice"),
    POD("", "Pod"),
    NODE("", "Node"),
    NAMESPACE("", "Namespace"),
    CONFIG_MAP("", "ConfigMap");

    private final String group;
    private final String kindName;

    KubernetesKind(String group, String kindName) {
        this.group = group;
        this.kindName = kindName;
    }

    /// @param apiVersion only `v1` of each group is written today
    static Optional<KubernetesKind> of(String apiVersion, String kindName) {
        return Arrays.stream(values())
                .filter(kind -> kind.kindName.equals(kindName))
                .filter(kind -> apiVersion.equals(kind.group.isEmpty() ? "v1" : kind.group + "/v1"))
                .findFirst();
    }
}
