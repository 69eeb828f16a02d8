package io.meltemi.model.config;

import java.util.Optional;
import java.util.OptionalInt;

/// Where a route sends to. Immutable.
///
/// @param host as written: short names belong to the namespace of the resource
/// @param port absent when the service has just one
public record Destination(String host, Optional<String> subset, OptionalInt port) {}
