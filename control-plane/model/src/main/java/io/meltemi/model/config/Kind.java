package io.meltemi.model.config;

import java.util.Arrays;
import java.util.Optional;

/// The kinds of configuration that are served, with their API groups.
public enum Kind {
    VIRTUAL_SERVICE("networking.istio.io", "VirtualService"),
    DESTINATION_RULE("networking.istio.io", "DestinationRule"),
    GATEWAY("networking.istio.io", "Gateway"),
    SERVICE_ENTRY("networking.istio.io", "ServiceEntry"),
    WORKLOAD_ENTRY("networking.istio.io", "WorkloadEntry"),
    WORKLOAD_GROUP("networking.istio.io", "WorkloadGroup"),
    SIDECAR("networking.istio.io", "Sidecar"),
    ENVOY_FILTER("networking.istio.io", "EnvoyFilter"),
    PEER_AUTHENTICATION("security.istio.io", "PeerAuthentication"),
    AUTHORIZATION_POLICY("security.istio.io", "AuthorizationPolicy"),
    REQUEST_AUTHENTICATION("security.istio.io", "RequestAuthentication"),
    TELEMETRY("telemetry.istio.io", "Telemetry"),
    RATE_LIMIT("mixer.meltemi.io", "RateLimit"),
    SECRET("", "Secret"),
    CONFIG_MAP("", "ConfigMap");

    private final String group;
    private final String name;

    Kind(String group, String name) {
        this.group = group;
        this.name = name;
    }

    /// The API group, e.g. `networking.istio.io`; empty for the core of Kubernetes.
    public String group() {
        return group;
    }

    /// The name that stands after `kind:`.
    public String kindName() {
        return name;
    }

    /// The kind with this group and name, if it is served.
    public static Optional<Kind> of(String group, String kindName) {
        return Arrays.stream(values())
                .filter(k -> k.group.equals(group) && k.name.equals(kindName))
                .findFirst();
    }
}
