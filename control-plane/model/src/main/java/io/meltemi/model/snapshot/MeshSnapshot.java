package io.meltemi.model.snapshot;

/// Everything Pilot translates from, at one moment. Immutable.
public record MeshSnapshot(
        MeshSettings settings, ConfigSnapshot config, ServiceSnapshot services) {}
