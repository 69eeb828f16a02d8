package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.ExchangeRecord;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request as filters see it, as far as its connection tells.
interface ConnectionStream extends FilterStream {
    HttpConnection.Facts facts();

    @Override
    ExchangeRecord record();

    @Override
    default InetSocketAddress downstreamRemoteAddress() {
        AddressText client = record().downstreamRemoteAddress;
        InetSocketAddress peer = facts().remoteAddress();
        return client == null ? peer : HostPorts.address(client, peer);
    }

    @Override
    default InetSocketAddress downstreamDirectRemoteAddress() {
        return facts().directRemoteAddress();
    }

    @Override
    default InetSocketAddress downstreamLocalAddress() {
        return facts().localAddress();
    }

    @Override
    default @Nullable String peerUri() {
        return facts().peer() == null ? null : facts().peer().verifiedUri();
    }

    @Override
    default List<String> peerNames() {
        return facts().peer() == null ? List.of() : facts().peer().verifiedNames();
    }

    @Override
    default boolean isPeerCertificatePresented() {
        return facts().peer() != null;
    }

    @Override
    default boolean isPeerCertificateValidated() {
        return facts().peer() != null && facts().peer().isVerified();
    }

    @Override
    default @Nullable String requestedServerName() {
        return facts().serverName();
    }
}
