package io.meltemi.proxy.decide;

import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about a request or a connection when something is decided about it. Confined to
/// its event loop.
///
/// Of a plain TCP connection the headers are empty.
public interface RequestFacts {
    HeaderMap requestHeaders();

    /// The request's path without its query, or null where there is no request.
    default @Nullable String plainPath() {
        String path = requestHeaders().get(":path");
        return path == null ? null : path.substring(0, PathMatch.end(path));
    }

    /// Who is calling: of a trusted `x-forwarded-for`, or the connection's peer.
    InetSocketAddress downstreamRemoteAddress();

    /// The connection's peer, whatever headers say.
    default InetSocketAddress downstreamDirectRemoteAddress() {
        return downstreamRemoteAddress();
    }

    /// The address the connection was meant for (the original destination when redirected).
    InetSocketAddress downstreamLocalAddress();

    /// The URI SAN of the caller's verified certificate, or null without mutual TLS.
    @Nullable String peerUri();

    /// All names in the caller's verified certificate: URIs, then DNS names, then the subject; none
    /// without mutual TLS.
    default List<String> peerNames() {
        String uri = peerUri();
        return uri == null ? List.of() : List.of(uri);
    }

    @Nullable String requestedServerName();

    /// What was noted under this name (`envoy.filters.http.jwt_authn`), or null: a tree of
    /// `Map<String, Object>`, `List<Object>`, `String`, `Double` and `Boolean`.
    @Nullable Object dynamicMetadata(String namespace);

    /// A value of the connection's or stream's filter state (`io.istio.peer_principal`), or null.
    default @Nullable String filterState(String key) {
        return null;
    }

    /// Whether the caller showed a certificate.
    default boolean isPeerCertificatePresented() {
        return false;
    }

    /// Whether the caller's certificate was checked.
    default boolean isPeerCertificateValidated() {
        return false;
    }

    /// What logs will say about the exchange, as far as it is known; null when nobody keeps it.
    default @Nullable ExchangeRecord record() {
        return null;
    }

    /// The route chosen so far, or null.
    default @Nullable Route route() {
        return null;
    }

    /// The cluster the request goes to, or null before it is known.
    default @Nullable String upstreamCluster() {
        return null;
    }

    /// The endpoint the request goes to as `address:port`, or null before it is known.
    default @Nullable String upstreamHost() {
        return null;
    }

    /// `HTTP/1.1`, `HTTP/2`, or null for plain TCP.
    default @Nullable String protocol() {
        return null;
    }
}
