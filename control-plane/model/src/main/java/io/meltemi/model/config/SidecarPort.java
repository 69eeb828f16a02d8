package io.meltemi.model.config;

import io.meltemi.model.config.Gateway.Protocol;

/// A port that a Sidecar opens itself (Istio: `SidecarPort`). Immutable.
///
/// @param number 0 where a Unix socket is opened instead
/// @param name may be empty
public record SidecarPort(int number, String name, Protocol protocol) {}
