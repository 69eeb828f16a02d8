package io.meltemi.proxy.cluster;

import io.meltemi.proxy.proxyprotocol.ProxyTlv;
import io.meltemi.proxy.proxyprotocol.UpstreamProxyProtocol;
import io.meltemi.proxy.tls.UpstreamTls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What stands between an endpoint's socket and what is said to it (`transport_socket`). Immutable.
///
/// @param tls null for plain text
/// @param proxyProtocol what connections begin with; null for nothing
public record UpstreamTransport(
        @Nullable UpstreamTls tls, @Nullable UpstreamProxyProtocol proxyProtocol) {
    /// The bare socket.
    public static final UpstreamTransport PLAIN = new UpstreamTransport(null, null);

    /// The same towards an endpoint whose PROXY header says more.
    UpstreamTransport with(List<ProxyTlv> tlvs) {
        return proxyProtocol == null || tlvs.isEmpty()
                ? this
                : new UpstreamTransport(tls, proxyProtocol.with(tlvs));
    }
}
