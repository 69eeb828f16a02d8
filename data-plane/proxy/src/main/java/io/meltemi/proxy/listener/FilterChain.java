package io.meltemi.proxy.listener;

import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.network.TerminalFilter;
import io.meltemi.proxy.http.HttpSettings;
import io.meltemi.proxy.tcp.TcpSettings;
import io.meltemi.proxy.tls.DownstreamTls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens on a connection, compiled. Immutable.
///
/// @param name may be empty
/// @param tls null for plain text
/// @param handshakeNanos how long TLS may take; 0 for ever
/// @param filters what stands before the one that ends the chain
/// @param source what it was made of: an equal one keeps its connections
public record FilterChain(
        String name,
        ChainMatch match,
        @Nullable DownstreamTls tls,
        long handshakeNanos,
        List<NetworkFilter> filters,
        Terminal terminal,
        Object source) {
    public FilterChain {
        filters = List.copyOf(filters);
    }

    /// Who gets the bytes.
    public sealed interface Terminal {
        record Http(HttpSettings settings) implements Terminal {}

        record Tcp(TcpSettings settings) implements Terminal {}

        record Other(TerminalFilter filter) implements Terminal {}
    }
}
