package io.meltemi.xds.client;

/// The two ways in which resources travel.
public enum Dialect {
    /// Changes only, each resource with a version of its own (`DELTA_GRPC`).
    DELTA,
    /// All resources of a type in each response, with one version for all (`GRPC`).
    STATE_OF_THE_WORLD
}
