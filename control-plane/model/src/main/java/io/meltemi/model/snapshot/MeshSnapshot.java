package io.meltemi.model.snapshot;

/// Everything Pilot translates from, at one moment. Immutable.
///
/// @param keys of token issuers that are not written in the configuration
public record MeshSnapshot(
        MeshSettings settings, ConfigSnapshot config, ServiceSnapshot services, KeySnapshot keys) {
    /// Without fetched keys.
    public MeshSnapshot(MeshSettings settings, ConfigSnapshot config, ServiceSnapshot services) {
        this(settings, config, services, KeySnapshot.EMPTY);
    }
}
