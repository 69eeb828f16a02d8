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
/// @param applicationProtocols what the caller offers in its handshake, or what its first bytes
///   show; empty for anything
/// @param protocol what comes then
/// @param mutualTls whether the sidecar ends TLS and asks for a certificate of the mesh
record PeerMatch(
        String transport, List<String> applicationProtocols, Protocol protocol, boolean mutualTls) {
    private static final String TLS = "tls";
    private static final String PLAIN_TEXT = DetectedListeners.PLAIN_TEXT;

    PeerMatch {
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /// TLS that is not the mesh's.
    static PeerMatch otherTls(Protocol protocol) {
        return new PeerMatch(TLS, List.of(), protocol, false);
    }

    private static PeerMatch mutualTls(List<String> offered, Protocol protocol) {
        return new PeerMatch(TLS, offered, protocol, true);
    }

    private static PeerMatch plainText(Protocol protocol) {
        return new PeerMatch(PLAIN_TEXT, List.of(), protocol, false);
    }

    /// Istio: PERMISSIVE tells its own callers by what they offer; TLS of the application itself
    /// passes to a TCP port, while an HTTP port has no chain for it.
    static List<PeerMatch> of(Mode mode, Protocol protocol) {
        if (protocol == Protocol.AUTO) {
            return undeclared(mode);
        }
        return switch (mode) {
            case STRICT -> List.of(mutualTls(List.of(), protocol));
            case DISABLE -> List.of(new PeerMatch("", List.of(), protocol, false));
            case PERMISSIVE, UNSET -> {
                PeerMatch ofMesh = mutualTls(TlsContexts.MESH_ALPN, protocol);
                yield protocol.isHttp()
                        ? List.of(ofMesh, plainText(protocol))
                        : List.of(ofMesh, plainText(protocol), otherTls(protocol));
            }
        };
    }

    /// Istio: the caller's sidecar says in its handshake whether requests come; in plain text the
    /// first bytes say it.
    private static List<PeerMatch> undeclared(Mode mode) {
        PeerMatch requests = mutualTls(TlsContexts.MESH_ALPN_OF_REQUESTS, Protocol.HTTP);
        PeerMatch plainRequests =
                new PeerMatch(PLAIN_TEXT, DetectedListeners.REQUESTS, Protocol.HTTP, false);
        return switch (mode) {
            case STRICT -> List.of(requests, mutualTls(List.of(), Protocol.TCP));
            case DISABLE -> List.of(plainRequests, plainText(Protocol.TCP), otherTls(Protocol.TCP));
            case PERMISSIVE, UNSET ->
                    List.of(
                            requests,
                            plainRequests,
                            mutualTls(TlsContexts.MESH_ALPN_OF_CONNECTIONS, Protocol.TCP),
                            plainText(Protocol.TCP),
                            otherTls(Protocol.TCP));
        };
    }

    FilterChain.Builder chain(Optional<Integer> port, TrustDomains trustDomains) {
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
