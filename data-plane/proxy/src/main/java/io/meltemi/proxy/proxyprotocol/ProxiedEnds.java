package io.meltemi.proxy.proxyprotocol;

import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.ConnectionRecord;

/// Whose bytes a connection to an upstream carries: where a client's connection came from and where
/// it wanted to go. Immutable.
///
/// Connections that say so at their beginning serve one client's connection alone, so these are
/// part of what pools are kept by.
public record ProxiedEnds(AddressText source, AddressText destination) {
    /// Those of a client's connection, as a PROXY header of its own may have told them.
    public static ProxiedEnds of(ConnectionRecord downstream) {
        return new ProxiedEnds(downstream.remoteAddress(), downstream.localAddress());
    }
}
