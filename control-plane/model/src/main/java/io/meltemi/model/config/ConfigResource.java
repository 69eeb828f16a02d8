package io.meltemi.model.config;

/// One document of the user's configuration. Immutable.
public sealed interface ConfigResource
        permits VirtualService,
                DestinationRule,
                Gateway,
                ServiceEntry,
                WorkloadEntry,
                WorkloadGroup,
                Sidecar,
                EnvoyFilter,
                PeerAuthentication,
                AuthorizationPolicy,
                RequestAuthentication,
                Telemetry,
                RateLimit,
                Secret,
                ConfigMap {
    Metadata metadata();

    Kind kind();

    /// Kind, namespace and name.
    default ResourceKey key() {
        return new ResourceKey(kind(), metadata().namespace(), metadata().name());
    }
}
