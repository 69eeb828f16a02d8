package io.meltemi.registry.catalog;

/// The right to be listed, kept by heartbeats. Immutable.
///
/// @param id unguessable; whoever knows it may renew and end the registration
public record Lease(String id, Registration.Key key) {}
