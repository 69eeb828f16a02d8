package io.meltemi.proxy.explain;

import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.tls.PeerIdentity;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request, and the connection on which it comes to a proxy. Immutable but for the headers.
///
/// @param from who calls, as the connection shows it
/// @param to where the caller meant to go
/// @param request with `:method`, `:scheme`, `:authority` and `:path`; changed by who explains
public record Call(
        InetSocketAddress from, InetSocketAddress to, Security security, HeaderMap request) {
    /// What protects the connection.
    public sealed interface Security {
        record PlainText() implements Security {}

        /// @param serverName SNI; empty without
        /// @param alpn what the caller offers
        /// @param identity the URI in the caller's certificate, which is taken to be good; null: it
        ///   shows none
        record Tls(String serverName, List<String> alpn, @Nullable String identity)
                implements Security {
            public Tls {
                alpn = List.copyOf(alpn);
            }
        }
    }

    /// Who the caller is to policies, or null.
    @Nullable PeerIdentity peer() {
        String uri = identity();
        return uri == null
                ? null
                : new PeerIdentity(List.of(uri), List.of(), "", "", "", true, List.of(uri));
    }

    /// The URI in the caller's certificate, or null.
    @Nullable String identity() {
        return security instanceof Security.Tls tls ? tls.identity() : null;
    }

    @Nullable String serverName() {
        return security instanceof Security.Tls tls && !tls.serverName().isEmpty()
                ? tls.serverName()
                : null;
    }
}
