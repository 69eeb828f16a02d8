package io.meltemi.proxy.filter.network.extauthz;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate;
import java.net.InetSocketAddress;

/// Writes down what the service is told of a connection. Pure.
final class ConnectionFacts {
    private ConnectionFacts() {}

    /// @param tlsSession whether the name the client asked for is told
    static CheckRequest of(RequestFacts connection, boolean tlsSession) {
        AttributeContext.Peer.Builder source =
                AttributeContext.Peer.newBuilder()
                        .setAddress(address(connection.downstreamRemoteAddress()));
        String principal = connection.peerUri();
        if (principal != null) {
            source.setPrincipal(principal);
        }
        AttributeContext.Builder context =
                AttributeContext.newBuilder()
                        .setSource(source)
                        .setDestination(
                                AttributeContext.Peer.newBuilder()
                                        .setAddress(address(connection.downstreamLocalAddress())));
        // Envoy: empty, but there.
        context.setMetadataContext(Metadata.getDefaultInstance());
        if (tlsSession) {
            AttributeContext.TLSSession.Builder session = AttributeContext.TLSSession.newBuilder();
            String name = connection.requestedServerName();
            context.setTlsSession(name == null ? session : session.setSni(name));
        }
        return CheckRequest.newBuilder().setAttributes(context).build();
    }

    private static Address address(InetSocketAddress address) {
        return Address.newBuilder()
                .setSocketAddress(
                        SocketAddress.newBuilder()
                                .setAddress(HeaderTemplate.address(address))
                                .setPortValue(address.getPort()))
                .build();
    }
}
