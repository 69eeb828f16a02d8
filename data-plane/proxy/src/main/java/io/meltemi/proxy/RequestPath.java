package io.meltemi.proxy;

/// How a request travels through the proxy, step by step; a map for readers, with the place where
/// each step is.
///
/// | Step | Where |
/// |---|---|
/// | (a) accept, original destination, inspection, filter chain | `listener.ConnectionStart`, `listener.Inspection`, `listener.ChainStart` |
/// | (b) TLS, peer identity | `listener.Handshake`, `tls.DownstreamTls` |
/// | (c) bytes to messages | `listener.HttpStart`, `http.h1.Http1ServerConnection`, `http.h2.Http2ServerConnection` |
/// | (c') bytes to bytes | `tcp.TcpSession` |
/// | (d) headers made trustworthy, filters | `http.HttpExchange`, `http.RequestHeaders` |
/// | (e) route | `decide.RouteTable` |
/// | (f) cluster, endpoint, retries, timeouts | `http.Router`, `cluster.LoadBalancer` |
/// | (g) pool, connection, stream | `upstream.EndpointPool`, `upstream.Connector` |
/// | (h) response, logs, statistics | `http.HttpExchange`, `observe` |
///
/// Everything of one connection happens on one event loop. A connection keeps the filter chain it
/// was given; an exchange keeps the routes and the cluster it began with.
final class RequestPath {
    private RequestPath() {}
}
