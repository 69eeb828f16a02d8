package io.meltemi.proxy.cluster;

import io.netty.channel.ChannelHandler;

/// A network filter between this proxy and the endpoints of a cluster. Immutable.
@FunctionalInterface
public interface UpstreamFilter {
    /// What stands in the pipeline of a new connection, behind TLS.
    ChannelHandler handler();
}
