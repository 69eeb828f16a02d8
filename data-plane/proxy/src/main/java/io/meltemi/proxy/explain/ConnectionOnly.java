package io.meltemi.proxy.explain;

import io.meltemi.proxy.decide.RequestFacts;
import io.meltemi.proxy.http.HeaderMap;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection that nobody looks into, as policies see it. Immutable.
record ConnectionOnly(Call call) implements RequestFacts {
    @Override
    public HeaderMap requestHeaders() {
        return new HeaderMap();
    }

    @Override
    public InetSocketAddress downstreamRemoteAddress() {
        return call.from();
    }

    @Override
    public InetSocketAddress downstreamLocalAddress() {
        return call.to();
    }

    @Override
    public @Nullable String peerUri() {
        return call.identity();
    }

    @Override
    public List<String> peerNames() {
        String uri = peerUri();
        return uri == null ? List.of() : List.of(uri);
    }

    @Override
    public @Nullable String requestedServerName() {
        return call.serverName();
    }

    @Override
    public @Nullable Object dynamicMetadata(String namespace) {
        return null;
    }
}
