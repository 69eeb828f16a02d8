package io.meltemi.proxy.filter.network;

import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/// A network filter that stands before the one that ends its chain. Immutable: what it keeps of a
/// connection it keeps with the connection.
public interface NetworkFilter {
    /// A connection was given this chain; TLS, if any, is still to come.
    ///
    /// @return false when the connection goes no further: the filter ends it, or has called
    ///   [NetworkConnection#pause] and lets it go on with [NetworkConnection#proceed]; filters
    ///   behind it see the connection then
    default boolean onConnection(NetworkConnection connection) {
        return true;
    }

    /// What stands in the connection's pipeline, behind TLS and before whoever ends the chain; null
    /// for nothing.
    default @Nullable ChannelHandler handler() {
        return null;
    }

    /// Whether [#onFirstBytes] is to be asked.
    default boolean readsBytes() {
        return false;
    }

    /// The client has sent something, or ended its direction; TLS, if any, is done. Filters behind
    /// this one have seen the connection already, but none of its bytes.
    ///
    /// @return false when the bytes go no further until [NetworkConnection#proceed]
    default boolean onFirstBytes(NetworkConnection connection) {
        return true;
    }
}
