package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.proxyprotocol.ProxiedEnds;
import org.jspecify.annotations.Nullable;

/// What a request wants of the connection it goes over, by which connections are kept apart.
/// Immutable.
///
/// @param serverName whom TLS is to ask for (`auto_sni`), or null for the configured name
/// @param ends whose bytes it carries, where the connection tells; else null
public record TransportOptions(@Nullable String serverName, @Nullable ProxiedEnds ends) {
    /// What a client's bytes want of an endpoint; null for nothing, so that connections are shared.
    ///
    /// @param downstream the client's connection, or null
    public static @Nullable TransportOptions of(
            Endpoint endpoint, @Nullable String serverName, @Nullable ConnectionRecord downstream) {
        ProxiedEnds ends =
                downstream == null || endpoint.transport().proxyProtocol() == null
                        ? null
                        : ProxiedEnds.of(downstream);
        return serverName == null && ends == null ? null : new TransportOptions(serverName, ends);
    }
}
