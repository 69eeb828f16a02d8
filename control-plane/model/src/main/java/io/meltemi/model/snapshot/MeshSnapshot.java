package io.meltemi.model.snapshot;

/// Everything Pilot translates from, at one moment. Immutable.
///
/// @param settings those the control plane was started with, what is written laid over them
/// @param keys of token issuers that are not written in the configuration
/// @param roots of the mesh's own authority
public record MeshSnapshot(
        MeshSettings settings,
        ConfigSnapshot config,
        ServiceSnapshot services,
        KeySnapshot keys,
        RootSnapshot roots) {
    public MeshSnapshot {
        settings = settings.with(config.mesh());
    }

    /// Where nobody asks for the mesh's own roots.
    public MeshSnapshot(
            MeshSettings settings,
            ConfigSnapshot config,
            ServiceSnapshot services,
            KeySnapshot keys) {
        this(settings, config, services, keys, RootSnapshot.UNKNOWN);
    }

    /// Without fetched keys.
    public MeshSnapshot(MeshSettings settings, ConfigSnapshot config, ServiceSnapshot services) {
        this(settings, config, services, KeySnapshot.EMPTY);
    }
}
