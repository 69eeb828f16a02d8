package io.meltemi.proxy.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// What is known of a connection when its filter chain is picked. Immutable.
///
/// @param source the client, as the proxy protocol may have told it
/// @param directSource the socket's peer
/// @param destination where the client wanted to go
/// @param serverName SNI, lower case; empty without
/// @param transportProtocol `tls` or `raw_buffer`
/// @param applicationProtocols ALPN, or what the HTTP inspector saw
public record ConnectionFacts(
        InetSocketAddress source,
        InetSocketAddress directSource,
        InetSocketAddress destination,
        String serverName,
        String transportProtocol,
        List<String> applicationProtocols) {
    public ConnectionFacts {
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /// Whether it comes from this machine: from where it goes to, or from loopback.
    public boolean isFromHere() {
        InetAddress from = source.getAddress();
        return from != null && (from.isLoopbackAddress() || from.equals(destination.getAddress()));
    }
}
