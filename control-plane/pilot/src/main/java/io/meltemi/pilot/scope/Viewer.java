package io.meltemi.pilot.scope;

import io.meltemi.model.config.ResourceKey;
import java.util.Optional;

/// What of a proxy decides which services it sees. Immutable; proxies with equal ones share what is
/// made of them.
///
/// @param sidecar the resource that narrows what it sees
public record Viewer(String namespace, Optional<ResourceKey> sidecar) {}
