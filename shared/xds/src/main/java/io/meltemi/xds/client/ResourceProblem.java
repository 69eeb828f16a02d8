package io.meltemi.xds.client;

/// Why a proxy refuses one resource. Immutable.
///
/// @param message names the path in the resource, the value and what to do
public record ResourceProblem(String name, String message) {}
