package io.meltemi.proxy.observe;

import org.jspecify.annotations.Nullable;

/// Told once in a connection's pipeline: its peer is known, or will not be. Immutable.
///
/// @param peer null when nobody was found
public record PeerFound(@Nullable PeerMetadata peer) {}
