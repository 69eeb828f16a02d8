package io.meltemi.proxy.health;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// What values of headers can be made of in a check. Confined to its event loop.
///
/// Envoy: there is no client, and both of its addresses are 127.0.0.1 without a port.
record ProbeFacts(HeaderMap requestHeaders, ProbeTarget target) implements RequestFacts {
    private static final InetSocketAddress NOBODY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Override
    public InetSocketAddress downstreamRemoteAddress() {
        return NOBODY;
    }

    @Override
    public InetSocketAddress downstreamLocalAddress() {
        return NOBODY;
    }

    @Override
    public @Nullable String peerUri() {
        return null;
    }

    @Override
    public @Nullable String requestedServerName() {
        return null;
    }

    @Override
    public @Nullable Object dynamicMetadata(String namespace) {
        return null;
    }

    @Override
    public String upstreamCluster() {
        return target.cluster().name();
    }

    @Override
    public String upstreamHost() {
        return target.endpoint().addressText().text();
    }
}
