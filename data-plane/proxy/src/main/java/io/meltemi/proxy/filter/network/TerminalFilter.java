package io.meltemi.proxy.filter.network;

import io.netty.channel.Channel;

/// A network filter that ends its chain and needs no cluster. Immutable.
@FunctionalInterface
public interface TerminalFilter {
    /// Takes a connection that is ready; TLS, if any, is done. Bytes come to handlers that are
    /// added at the pipeline's end.
    void take(Channel channel);
}
