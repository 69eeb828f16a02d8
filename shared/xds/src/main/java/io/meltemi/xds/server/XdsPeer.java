package io.meltemi.xds.server;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.base.identity.SpiffeId;
import java.util.Optional;

/// The proxy at the other end of an ADS stream. Immutable.
///
/// @param streamId unique in this process
/// @param node what the proxy says of itself: a claim, never a proof
/// @param identity what its certificate proves; absent on the plain-text port
public record XdsPeer(long streamId, Node node, Optional<SpiffeId> identity) {}
