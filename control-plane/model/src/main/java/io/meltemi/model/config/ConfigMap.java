package io.meltemi.model.config;

import java.util.Optional;

/// Authorities that are no secret (Kubernetes: `v1 ConfigMap` with `ca.crt` or `cacert`).
/// Immutable.
///
/// @param authorities empty where it is for others
public record ConfigMap(Metadata metadata, Optional<CaBundle> authorities)
        implements ConfigResource {
    @Override
    public Kind kind() {
        return Kind.CONFIG_MAP;
    }
}
