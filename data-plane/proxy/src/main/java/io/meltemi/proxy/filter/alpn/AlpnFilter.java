package io.meltemi.proxy.filter.alpn;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.observe.WireProtocol;
import java.util.List;

/// Has TLS to the request's endpoint offer what fits the HTTP version spoken there. Immutable.
///
/// Istio: a sidecar's cluster is for HTTP and for TCP; what it offers by itself
/// (`istio-peer-exchange`) would have the other side wait for what HTTP does not send.
final class AlpnFilter implements HttpFilter {
    private final List<String> ofHttp1;
    private final List<String> ofHttp2;

    /// @param ofHttp1 empty: the cluster says it
    /// @param ofHttp2 the same
    AlpnFilter(List<String> ofHttp1, List<String> ofHttp2) {
        this.ofHttp1 = List.copyOf(ofHttp1);
        this.ofHttp2 = List.copyOf(ofHttp2);
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        WireProtocol spoken = stream.upstreamHttpProtocol();
        if (spoken != null) {
            List<String> offered = spoken == WireProtocol.HTTP_2 ? ofHttp2 : ofHttp1;
            if (!offered.isEmpty()) {
                stream.offerAlpn(offered);
            }
        }
        return Verdict.CONTINUE;
    }
}
