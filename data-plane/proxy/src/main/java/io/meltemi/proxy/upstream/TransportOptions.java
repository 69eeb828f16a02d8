package io.meltemi.proxy.upstream;

import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.proxyprotocol.ProxiedEnds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request wants of the connection it goes over, by which connections are kept apart.
/// Immutable.
///
/// @param serverName whom TLS is to ask for (`auto_sni`), or null for the configured name
/// @param ends whose bytes it carries, where the connection tells; else null
/// @param alpn what TLS offers instead of what is configured; empty for that
public record TransportOptions(
        @Nullable String serverName, @Nullable ProxiedEnds ends, List<String> alpn) {
    public TransportOptions {
        alpn = List.copyOf(alpn);
    }

    /// What a client's bytes want of an endpoint; null for nothing, so that connections are shared.
    ///
    /// @param downstream the client's connection, or null
    /// @param alpn what TLS is to offer; empty for what is configured
    public static @Nullable TransportOptions of(
            Endpoint endpoint,
            @Nullable String serverName,
            @Nullable ConnectionRecord downstream,
            List<String> alpn) {
        ProxiedEnds ends =
                downstream == null || endpoint.transport().proxyProtocol() == null
                        ? null
                        : ProxiedEnds.of(downstream);
        List<String> offered = endpoint.transport().tls() == null ? List.of() : alpn;
        return serverName == null && ends == null && offered.isEmpty()
                ? null
                : new TransportOptions(serverName, ends, offered);
    }
}
