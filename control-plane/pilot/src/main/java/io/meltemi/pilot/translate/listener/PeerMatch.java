package io.meltemi.pilot.translate.listener;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.meltemi.model.config.PeerAuthentication.Mode;
import io.meltemi.model.service.Protocol;
import io.meltemi.pilot.scope.TrustDomains;
import io.meltemi.pilot.translate.Protos;
import io.meltemi.pilot.translate.security.TlsContexts;
import java.util.List;
import java.util.Optional;

/// One way in which a caller may come to a port. Immutable.
///
/// @param transport `tls`, `raw_buffer`, or empty for either
/// @param applicationProtocols what the caller offers in its handshake; empty for anything
/// @param mutualTls whether the sidecar ends TLS and asks for a certificate of the mesh
record PeerMatch(String transport, List<String> applicationProtocols, boolean mutualTls) {
    private static final PeerMatch ANYTHING = new PeerMatch("", List.of(), false);
    private static final PeerMatch MUTUAL_TLS = new PeerMatch("tls", List.of(), true);
    private static final PeerMatch MARKED_MUTUAL_TLS =
            new PeerMatch("tls", TlsContexts.MESH_ALPN, true);
    private static final PeerMatch PLAIN_TEXT = new PeerMatch("raw_buffer", List.of(), false);

    /// TLS that is not the mesh's.
    static final PeerMatch OTHER_TLS = new PeerMatch("tls", List.of(), false);

    PeerMatch {
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /// Istio: PERMISSIVE tells its own callers by what they offer; TLS of the application itself
    /// passes to a TCP port, while an HTTP port has no chain for it.
    static List<PeerMatch> of(Mode mode, boolean http) {
        return switch (mode) {
            case STRICT -> List.of(MUTUAL_TLS);
            case DISABLE -> List.of(ANYTHING);
            case PERMISSIVE, UNSET ->
                    http
                            ? List.of(MARKED_MUTUAL_TLS, PLAIN_TEXT)
                            : List.of(MARKED_MUTUAL_TLS, PLAIN_TEXT, OTHER_TLS);
        };
    }

    FilterChain.Builder chain(
            Optional<Integer> port, Protocol protocol, TrustDomains trustDomains) {
        FilterChainMatch.Builder match = FilterChainMatch.newBuilder();
        port.ifPresent(number -> match.setDestinationPort(Protos.uint32(number)));
        match.setTransportProtocol(transport).addAllApplicationProtocols(applicationProtocols);
        FilterChain.Builder chain = FilterChain.newBuilder().setFilterChainMatch(match);
        if (mutualTls) {
            chain.setTransportSocket(TlsContexts.downstream(protocol, trustDomains));
        }
        return chain;
    }
}
